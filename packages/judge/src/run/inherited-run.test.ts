import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSuite } from '../load-suite.js'
import { resultsStore } from '../store/results-store.js'
import type { RunSubject } from '../store/run-record.js'
import { type RunCandidate, type RunEvent, type RunSuitesOptions, runSuites } from './run-suites.js'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const prompts = ids.map(
  (id) => `
  - id: ${id}
    tier: T1
    messages: [{ role: user, content: 'Say ${id}.' }]
    reference: ${id}
    checker: { kind: exact, values: [${id}] }
    answers: { right: ${id}, wrong: x }`,
)
const suite = parseSuite(`suite: letters\nversion: 1\ndescription: d\nprompts:${prompts.join('')}`)

const subject = (name: string): RunSubject => ({
  model: { path: '/m/A.gguf', bytes: 1, hash: '0123456789abcdef' },
  configuration: { name, settings: {} },
  engine: { name: 'memory', version: '1', settings: {} },
  machine: {},
  packages: {},
})

class Killed extends Error {}

interface Played {
  readonly events: readonly RunEvent[]
  /** What was asked, by configuration. */
  readonly asked: readonly string[]
}

describe('a run with a baseline', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inherited-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Runs a baseline and a faster candidate that answers as `tell` says. */
  async function play(
    { where = folder, dieAt = -1, failAt = -1, tell = (letter: string) => letter, tokens = 100 } = {},
    more: Partial<RunSuitesOptions> = {},
  ): Promise<Played> {
    const asked: string[] = []
    let calls = 0
    const candidate = (name: string, steps: number, say: (letter: string) => string): RunCandidate => ({
      subject: subject(name),
      ...(name !== 'plain' && { baseline: subject('plain') }),
      open: async () => ({
        complete: async ([message]) => {
          if (calls === failAt) throw new SpeculationError('ERR_ENGINE_LOST', `gone at call ${calls++}`)
          if (calls++ === dieAt) throw new Killed()
          const letter = message?.content.at(-2) ?? ''
          asked.push(`${name} ${letter}`)
          const text = say(letter)
          return {
            ...{ text, finish: 'stop', toolCalls: [] },
            usage: { promptTokens: 3, completionTokens: tokens },
            tokens: Int32Array.from({ length: tokens }, (_, index) => text.charCodeAt(index % text.length)),
            generation: { generateMs: 10 * steps, steps, draftedTokens: 100 - steps, acceptedTokens: 100 - steps },
          }
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    })
    // The baseline does not know g.
    const say = (letter: string): string => (letter === 'g' ? 'x' : letter)
    const candidates = [candidate('plain', 100, say), candidate('k-4', 50, (letter) => tell(say(letter)))]
    const events: RunEvent[] = []
    const options: RunSuitesOptions = {
      ...{ store: resultsStore(where), suites: [{ suite }], candidates, repetitions: 2 },
      sampling: { temperature: 0, seed: 0, maxTokens: 200 },
      clock: { now: () => 0, sleep: async () => {} },
      ...more,
    }
    for await (const event of runSuites(options)) events.push(event)
    return { events, asked }
  }

  const drafted = ({ asked }: Played) => asked.filter((one) => one.startsWith('k-4'))
  const refusals = ({ events }: Played) =>
    events.flatMap((event) => (event.kind === 'compared' ? [event.refusal ?? 'inherited'] : []))

  it('inherits what a sample of its own answers vouches for', async () => {
    const played = await play()
    expect(refusals(played)).toEqual(['inherited'])
    expect(drafted(played)).toHaveLength(4)
    const [plain, fast] = await resultsStore(folder).finished()
    expect(plain).toMatchObject({ answers: 14, passed: 12, tokensPerSecond: 100, tokensPerStep: 1 })
    expect(plain?.inherited).toBeUndefined()
    expect(fast).toMatchObject({ answers: 14, passed: 12, inherited: 10, tokensPerSecond: 200, tokensPerStep: 2 })
    const { record, rows } = await resultsStore(folder).read(fast?.runId ?? '')
    expect(record.baseline).toBe(plain?.runId)
    const g = rows.filter(({ promptId }) => promptId === 'g')
    expect(g.every(({ score, answer }) => score === 1 && answer?.text === 'x')).toBe(true)
    expect(rows.filter(({ inheritedFrom }) => inheritedFrom === plain?.runId)).toHaveLength(10)
  })

  it.each([
    ['other answers', {}, { tell: (letter: string) => `${letter}!` }, 'is another'],
    ['sampled answers', { sampling: { temperature: 0.5, seed: 0, maxTokens: 9 } }, {}, 'sampled answers differ'],
  ])('answers all itself after %s', async (_, more, how, reason) => {
    const played = await play(how, more)
    expect(refusals(played)[0]).toContain(reason)
    expect(drafted(played)).toHaveLength(14)
    expect((await resultsStore(folder).finished())[1]?.inherited).toBeUndefined()
  })

  it('answers all itself where its baseline failed', async () => {
    const played = await play({ failAt: 3 })
    expect(refusals(played)).toEqual([expect.stringMatching(/^its baseline letters\.a\.plain\.\w+ is not finished$/)])
    expect(drafted(played)).toHaveLength(14)
  })

  it('answers all itself where the whole suite has too few tokens to vouch for anything', async () => {
    const played = await play({ tokens: 20 })
    expect(refusals(played)).toEqual([])
    expect(drafted(played)).toHaveLength(14)
  })

  it('ends with the same answers, killed at any point', async () => {
    const whole = await play()
    const answersOf = async (where: string) => {
      const runIds = await resultsStore(where).runIds()
      return Promise.all(runIds.map((runId) => readFile(join(where, 'runs', runId, 'answers.jsonl'), 'utf8')))
    }
    const expected = await answersOf(folder)
    for (let dieAt = 0; dieAt < whole.asked.length; dieAt++) {
      const where = join(folder, `${dieAt}`)
      await expect(play({ where, dieAt })).rejects.toThrow(Killed)
      await play({ where })
      expect(await answersOf(where)).toEqual(expected)
    }
    const again = await play()
    expect([again.asked, refusals(again)]).toEqual([[], []])
  })
})
