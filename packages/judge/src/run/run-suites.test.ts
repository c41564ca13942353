import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSuite } from '../load-suite.js'
import type { Clock, Complete, Completion } from '../ports.js'
import { resultsStore } from '../store/results-store.js'
import type { RunSubject } from '../store/run-record.js'
import { type RunCandidate, type RunEvent, type RunSuitesOptions, runSuites } from './run-suites.js'

const prompts = (names: readonly string[]): string =>
  names
    .map(
      (name, index) => `
  - id: ${name}
    tier: T1
    messages: [{ role: user, content: 'Say ${index}.' }]
    reference: '${index}'
    checker: { kind: numeric, value: ${index} }
    answers: { right: '${index}', wrong: '9' }`,
    )
    .join('')
const suite = (name: string, names: readonly string[]) =>
  parseSuite(`suite: ${name}\nversion: 1\ndescription: d\nprompts:${prompts(names)}`)
const suites = [{ suite: suite('one', ['a', 'b']) }, { suite: suite('two', ['c']) }]

class Killed extends Error {}

/** A port that counts its calls and dies at one of them. */
interface Fuse {
  readonly dieAt: number
  calls: number
  readonly asked: string[]
}

function burn(fuse: Fuse): void {
  if (fuse.calls++ === fuse.dieAt) throw new Killed()
}

const completion = (text: string): Completion => ({
  text,
  finish: 'stop',
  toolCalls: [],
  usage: { promptTokens: 3, completionTokens: 1 },
})

const subject = (configuration: string): RunSubject => ({
  model: { path: '/m/A.gguf', bytes: 1, hash: '0123456789abcdef' },
  configuration: { name: configuration, settings: { experts: configuration } },
  engine: { name: 'memory', version: '1', settings: {} },
  machine: { cpu: 'x' },
  packages: {},
})

function candidate(configuration: string, fuse: Fuse, complete?: Complete): RunCandidate {
  const answer: Complete = async (messages, { seed }) => {
    burn(fuse)
    const { content } = messages[0] as { content: string }
    fuse.asked.push(`${configuration} ${content} ${seed}`)
    // One of four answers is wrong.
    return completion(content === 'Say 1.' && seed === 8 ? 'It is 5.' : `It is ${content.at(-2)}.`)
  }
  return {
    subject: subject(configuration),
    async open() {
      burn(fuse)
      return { complete: complete ?? answer, [Symbol.asyncDispose]: async () => {} }
    },
  }
}

function clock(fuse: Fuse): Clock {
  let now = Date.parse('2026-01-01T00:00:00Z') + fuse.dieAt * 1000
  return {
    now: () => {
      burn(fuse)
      return now++
    },
    sleep: async () => {},
  }
}

const fuseAt = (dieAt: number): Fuse => ({ dieAt, calls: 0, asked: [] })

async function play(folder: string, fuse: Fuse, more: Partial<RunSuitesOptions> = {}): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = []
  const candidates = [candidate('plain', fuse), candidate('experts-2', fuse)]
  const sampling = { temperature: 0.5, seed: 7, maxTokens: 10 }
  const store = resultsStore(folder)
  const options = { store, suites, candidates, sampling, clock: clock(fuse), repetitions: 2, ...more }
  for await (const event of runSuites(options)) events.push(event)
  return events
}

/** Every file of a store by path, without the times. */
async function contents(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const read = names.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length), timeless(await readFile(path, 'utf8'))]
  })
  return Object.fromEntries((await Promise.all(read)).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function timeless(text: string): string {
  return text
    .replace(/"(startedAt|finishedAt)":\s*"[^"]*"/g, '"$1":""')
    .replace(/"milliseconds":\d+/g, '"milliseconds":0')
}

describe('runSuites', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('asks every prompt of every suite in every configuration, and scores it', async () => {
    const fuse = fuseAt(-1)
    const events = await play(folder, fuse)
    expect(fuse.asked).toHaveLength(12)
    const store = resultsStore(folder)
    const [first] = await store.finished()
    expect(first).toMatchObject({
      suite: 'one',
      configuration: 'plain',
      answers: 4,
      scored: 4,
      passed: 3,
      meanScore: 2.5,
    })
    expect(events.filter(({ kind }) => kind === 'finished')).toHaveLength(4)
    const [run] = await Promise.all((await store.runIds()).slice(0, 1).map((runId) => store.read(runId)))
    expect(run?.rows.map(({ promptId, repetition }) => `${promptId}${repetition}`)).toEqual(['a0', 'b0', 'a1', 'b1'])
    expect((await store.readSuite(run?.record as never)).prompts).toHaveLength(2)
  })

  it('never asks again, nor loads a model, for what is finished', async () => {
    await play(folder, fuseAt(-1))
    const before = await contents(folder)
    const again: Fuse = fuseAt(-1)
    const events = await play(folder, again, { clock: { now: () => 0, sleep: async () => {} } })
    expect(again).toMatchObject({ calls: 0, asked: [] })
    expect(events.filter(({ kind }) => kind === 'finished')).toHaveLength(4)
    expect(await contents(folder)).toEqual(before)
  })

  it('ends with one and the same store, killed at any point', async () => {
    const whole = fuseAt(-1)
    await play(join(folder, 'whole'), whole)
    const expected = await contents(join(folder, 'whole'))
    for (let dieAt = 0; dieAt < whole.calls; dieAt++) {
      const killed = join(folder, `${dieAt}`)
      const first = fuseAt(dieAt)
      await expect(play(killed, first)).rejects.toThrow(Killed)
      const rest = fuseAt(-1)
      await play(killed, rest)
      expect(await contents(killed)).toEqual(expected)
      // At most the answer under way is asked twice.
      expect(first.asked.length + rest.asked.length - 12).toBeLessThanOrEqual(1)
    }
  }, 60_000)

  it('ends with the same store, cut anywhere in a line', async () => {
    await play(join(folder, 'whole'), fuseAt(-1))
    const expected = await contents(join(folder, 'whole'))
    const [runId] = await resultsStore(join(folder, 'whole')).runIds()
    const size = (await readFile(join(folder, 'whole/runs', `${runId}`, 'answers.jsonl'))).length
    for (let length = 0; length < size; length += 97) {
      const cut = join(folder, 'cut')
      await cp(join(folder, 'whole'), cut, { recursive: true })
      await truncate(join(cut, 'runs', `${runId}`, 'answers.jsonl'), length)
      await truncate(join(cut, 'index.jsonl'), 0)
      await play(cut, fuseAt(-1))
      expect(await contents(cut)).toEqual(expected)
      await rm(cut, { recursive: true })
    }
  }, 60_000)

  it('keeps no answer that was cancelled, and goes on afterwards', async () => {
    const controller = new AbortController()
    const cancelled = candidate('plain', fuseAt(-1), async () => {
      controller.abort()
      return { ...completion('It is'), finish: 'timeout' }
    })
    const options = { candidates: [cancelled], signal: controller.signal }
    await expect(play(folder, fuseAt(-1), options)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const [runId = ''] = await resultsStore(folder).runIds()
    expect((await resultsStore(folder).read(runId)).rows).toEqual([])
  })

  it('takes an engine that an interruption ended for an interruption, and starts no other', async () => {
    const controller = new AbortController()
    const ended = candidate('plain', fuseAt(-1), async () => {
      controller.abort()
      throw new SpeculationError('ERR_ENGINE_LOST', 'gone')
    })
    const next = fuseAt(-1)
    const options = { candidates: [ended, candidate('next', next)], signal: controller.signal }
    await expect(play(folder, fuseAt(-1), options)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(next.calls).toBe(0)
  })

  it('goes on with the next model where one fails, and with the next prompt where one is too long', async () => {
    const lost = candidate('lost', fuseAt(-1), () => Promise.reject(new SpeculationError('ERR_ENGINE_LOST', 'gone')))
    const small = candidate('small', fuseAt(-1), () => Promise.reject(new SpeculationError('ERR_CONTEXT_FULL', 'long')))
    const events = await play(folder, fuseAt(-1), { candidates: [lost, small], repetitions: 1 })
    expect(events.map(({ kind, record }) => `${record.configuration.name} ${kind}`)).toEqual([
      ...['lost started', 'lost failed', 'lost started', 'lost failed'],
      ...['small started', 'small answered', 'small answered', 'small finished'],
      ...['small started', 'small answered', 'small finished'],
    ])
    expect(await resultsStore(folder).finished()).toMatchObject([{ answers: 2, scored: 0 }, { answers: 1 }])
  })

  it('makes another run of other sampling, and refuses names that lead elsewhere', async () => {
    await play(folder, fuseAt(-1))
    await play(folder, fuseAt(-1), { sampling: { temperature: 0, seed: 7, maxTokens: 10 } })
    const store = resultsStore(folder)
    expect(await store.runIds()).toHaveLength(8)
    await expect(store.read('../x')).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    await expect(store.read('x')).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })
})
