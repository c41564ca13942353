import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hastyClock } from '../../test/judging/hasty-clock.js'
import { bootstrap } from '../agreement/bootstrap.js'
import { cohenKappa } from '../agreement/cohen-kappa.js'
import { measureJudge, type TwiceJudged } from '../agreement/judge-measurement.js'
import { randomSource } from '../agreement/random-source.js'
import type { Message } from '../message.js'
import type { Complete } from '../ports.js'
import { judgeBudget } from './judge-budget.js'
import { jury } from './jury.js'
import { type LlmJudgeOptions, llmJudge } from './llm-judge.js'
import { verdictCache } from './verdict-cache.js'

const prompt = { messages: [{ role: 'user' as const, content: 'What is 2 + 2?' }], reference: '4' }
const candidate = { model: 'small', answer: { text: 'It is 4.' } }

/** A model that replies what a function makes of the last message, and remembers what it was sent. */
function scripted(reply: (text: string, messages: readonly Message[]) => string) {
  const sent: (readonly Message[])[] = []
  const complete: Complete = async (messages) => {
    sent.push(messages)
    const text = reply(messages.at(-1)?.content ?? '', messages)
    return { text, finish: 'stop', toolCalls: [], usage: { promptTokens: 100, completionTokens: 20 } }
  }
  return { complete, sent }
}

function judgeOf(complete: Complete, options: Partial<LlmJudgeOptions> = {}) {
  return llmJudge({ model: 'referee', complete, clock: hastyClock(), ...options })
}

const three = '{"reason": "right", "score": 3}'

describe('llmJudge', () => {
  it('gives a cut answer at most 2, and an empty one 0 without asking', async () => {
    const { complete, sent } = scripted(() => three)
    const judge = judgeOf(complete)
    const cut = { model: 'small', answer: { text: 'It is 4.', finish: 'timeout' as const } }
    expect(await judge.score(prompt, cut)).toEqual({ score: 2, reason: 'right', truncated: true })
    expect(sent[0]?.[1]?.content).toContain('ANSWER was cut off before its end.')
    expect(await judge.score(prompt, { model: 'small', answer: { text: ' ' } })).toMatchObject({ score: 0 })
    expect(sent).toHaveLength(1)
  })

  it('never judges its own model unless told, whatever its file is called', async () => {
    const { complete } = scripted(() => three)
    const own = { ...candidate, model: '/models/Referee-Q4_K_M.gguf' }
    await expect(judgeOf(complete).score(prompt, own)).rejects.toThrow('may not judge answers of')
    await expect(judgeOf(complete).compare(prompt, candidate, own)).rejects.toThrow('same model')
    expect(await judgeOf(complete, { allowSelfJudging: true }).score(prompt, own)).toMatchObject({ score: 3 })
  })

  it('shows no names of models', async () => {
    const { complete, sent } = scripted(() => '{"reason": "", "winner": "A"}')
    const first = { model: 'org/Qwen9-4B-Instruct-Q8_0.gguf', answer: { text: 'I, qwen9-4b-instruct, say 4.' } }
    const second = { model: 'llama-x', answer: { text: 'As LLAMA-X and referee know: 5.' } }
    await judgeOf(complete).compare(prompt, first, second)
    const all = JSON.stringify(sent)
    expect(all).not.toMatch(/qwen|llama-x|referee/i)
    expect(all).toContain('I, [model], say 4.')
  })

  it('calls a choice that follows the place a tie, and keeps both orders', async () => {
    const place = scripted(() => '{"reason": "it came first", "winner": "A"}')
    const other = { model: 'other', answer: { text: 'It is 5.' } }
    expect(await judgeOf(place.complete).compare(prompt, candidate, other)).toMatchObject({
      winner: 'tie',
      consistent: false,
      forward: 'first',
      backward: 'second',
    })
    const content = scripted(
      (text) => `{"reason": "", "winner": "${text.indexOf('is 4') < text.indexOf('is 5') ? 'A' : 'B'}"}`,
    )
    expect(await judgeOf(content.complete).compare(prompt, other, candidate)).toMatchObject({
      winner: 'second',
      consistent: true,
    })
  })
})

describe('a judge’s cache', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judge-cache-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const candidates = ['a', 'b', 'c', 'd'].map((text) => ({ model: 'small', answer: { text: `answer ${text}` } }))

  it('lets a run that was cut off go on, and asks for nothing twice', async () => {
    const { complete, sent } = scripted(() => three)
    await judgeOf(complete, { maxTokens: 100 }).score(prompt, candidate)
    // What a request reserves: half its characters, and its answer. Two of 120 tokens leave too little for a third.
    const reserved = 100 + (sent.pop() ?? []).reduce((sum, { content }) => sum + content.length / 2, 0)
    const budget = judgeBudget({ maxTokens: reserved + 200 })
    const short = judgeOf(complete, { cache: verdictCache({ folder }), maxTokens: 100, budget })
    const outcomes = []
    for (const each of candidates) outcomes.push(await short.score(prompt, each).catch((error) => error.code))
    expect(outcomes.slice(2)).toEqual(['ERR_BUDGET_EXCEEDED', 'ERR_BUDGET_EXCEEDED'])
    expect(sent).toHaveLength(2)
    const rest = judgeOf(complete, { cache: verdictCache({ folder }), maxTokens: 100 })
    for (const each of candidates) expect(await rest.score(prompt, each)).toMatchObject({ score: 3 })
    expect(sent).toHaveLength(4)
    expect(await readdir(folder, { recursive: true })).not.toContainEqual(expect.stringContaining('.partial'))
  })

  it('asks again for another repetition, temperature, reference or judge', async () => {
    const { complete, sent } = scripted(() => three)
    const cache = verdictCache({ folder })
    await judgeOf(complete, { cache }).score(prompt, candidate)
    await judgeOf(complete, { cache }).score(prompt, candidate)
    expect(sent).toHaveLength(1)
    await judgeOf(complete, { cache }).score(prompt, candidate, { repetition: 1 })
    await judgeOf(complete, { cache, temperature: 1 }).score(prompt, candidate)
    await judgeOf(complete, { cache }).score({ ...prompt, reference: 'four' }, candidate)
    await judgeOf(complete, { cache, model: 'umpire' }).score(prompt, candidate)
    expect(sent).toHaveLength(5)
  })

  it('does not believe a damaged file, and holds no more than it may', async () => {
    const { complete, sent } = scripted(() => three)
    const cache = verdictCache({ folder, maxEntries: 3 })
    const judge = judgeOf(complete, { cache })
    await judge.score(prompt, candidate)
    const files = async () => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'))
    for (const damage of ['{"score": 3', '{"score": 7, "reason": ""}', '']) {
      await writeFile(join(folder, (await files())[0] as string), damage)
      expect(await judge.score(prompt, candidate)).toMatchObject({ score: 3 })
    }
    expect(sent).toHaveLength(4)
    for (const each of candidates) await judge.score(prompt, each)
    expect(await files()).toHaveLength(3)
  })
})

describe('judgeBudget', () => {
  it('is not overdrawn by requests side by side, and counts money', async () => {
    const { complete, sent } = scripted(() => three)
    const budget = judgeBudget({ maxCost: 0.01 })
    const price = { promptPerMillion: 1, completionPerMillion: 5 }
    const judge = judgeOf(complete, { budget, price, maxTokens: 500 })
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        judge.score(prompt, { model: 'small', answer: { text: `number ${index}` } }),
      ),
    )
    const refused = all.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    expect(sent.length + refused.length).toBe(10)
    expect(budget.spent.cost).toBeCloseTo(sent.length * 0.0002, 9)
    expect(budget.spent.cost).toBeLessThanOrEqual(0.01)
  })
})

describe('pace', () => {
  it('begins no more requests a minute than it may', async () => {
    const { complete } = scripted(() => three)
    const clock = hastyClock()
    const judge = judgeOf(complete, { clock, requestsPerMinute: 30 })
    for (let each = 0; each < 3; each++) await judge.score(prompt, candidate)
    expect(clock.waits).toEqual([2_000, 2_000])
  })
})

describe('jury', () => {
  const scoring = (model: string, score: number) =>
    judgeOf(scripted(() => `{"reason": "", "score": ${score}}`).complete, { model })

  it('takes the lower median, and leaves out who may not or cannot judge', async () => {
    const broken = judgeOf(scripted(() => 'hm').complete, { model: 'broken' })
    const panel = jury({
      judges: [scoring('a', 3), scoring('b', 1), scoring('c', 2), scoring('small', 3), broken],
      quorum: 3,
    })
    const { outcome, verdicts, missing } = await panel.score(prompt, candidate)
    expect(outcome).toBe(2)
    expect(verdicts.map(({ judge }) => judge)).toEqual(['a', 'b', 'c'])
    expect(missing.map(({ judge }) => judge)).toEqual(['small', 'broken'])
    await expect(
      jury({ judges: [scoring('small', 3), broken, scoring('a', 3)] }).score(prompt, candidate),
    ).rejects.toThrow('1 of 3 judges judged, 2 are needed')
  })

  it('needs more than half for a winner, and different models', async () => {
    const choosing = (model: string, wins: string) =>
      judgeOf(
        scripted(
          (text) =>
            `{"reason": "", "winner": "${text.indexOf(wins) < text.indexOf(wins === '4.' ? '5.' : '4.') ? 'A' : 'B'}"}`,
        ).complete,
        { model },
      )
    const other = { model: 'other', answer: { text: 'It is 5.' } }
    const compare = async (...wins: readonly string[]) => {
      const judges = wins.map((win, index) => choosing(`judge${index}`, win))
      return (await jury({ judges }).compare(prompt, candidate, other)).outcome
    }
    expect(await compare('4.', '4.', '5.')).toBe('first')
    expect(await compare('4.', '5.')).toBe('tie')
    expect(() => jury({ judges: [scoring('a', 1), scoring('A.gguf', 1)] })).toThrow('different models')
  })
})

describe('a judge of known error and position bias', () => {
  it('is measured back within its interval', async () => {
    const [error, bias] = [0.12, 0.25]
    const random = randomSource(20)
    const { complete } = scripted((text) => {
      const rightFirst = text.indexOf('It is 4.') < text.indexOf('It is 5.')
      const sees = random() < error ? !rightFirst : rightFirst
      return `{"reason": "", "winner": "${random() < bias || sees ? 'A' : 'B'}"}`
    })
    const judge = judgeOf(complete)
    const wrong = { model: 'other', answer: { text: 'It is 5.' } }
    const pairs: TwiceJudged[] = []
    for (let pair = 0; pair < 400; pair++) {
      const truth = pair % 2 === 0 ? 'first' : 'second'
      const both = truth === 'first' ? ([candidate, wrong] as const) : ([wrong, candidate] as const)
      const { forward, backward } = await judge.compare(prompt, ...both)
      pairs.push({ forward, backward, truth })
    }
    const measured = measureJudge(pairs, { resamples: 1_000 })
    expect(measured.error.low).toBeLessThan(error)
    expect(measured.error.high).toBeGreaterThan(error)
    expect(measured.positionBias.low).toBeLessThan(bias)
    expect(measured.positionBias.high).toBeGreaterThan(bias)
    // Neither interval is so wide that it says nothing.
    expect(measured.error.high - measured.error.low).toBeLessThan(0.15)
    expect(measured.positionBias.low).toBeGreaterThan(0.1)
  })

  it('has the agreement with the right scores that its error makes', async () => {
    const random = randomSource(4)
    const { complete } = scripted((text) => {
      const right = Number(/worth (\d)/.exec(text)?.[1])
      return `{"reason": "", "score": ${random() < 0.2 ? (right + 1) % 4 : right}}`
    })
    const judge = judgeOf(complete)
    const rows: (readonly [number, number])[] = []
    for (let item = 0; item < 300; item++) {
      const { score } = await judge.score(prompt, { model: 'small', answer: { text: `worth ${item % 4}` } })
      rows.push([item % 4, score])
    }
    const kappa = bootstrap(
      rows,
      (sample) =>
        cohenKappa(
          sample.map(([right]) => right),
          sample.map(([, score]) => score),
          { categories: [0, 1, 2, 3] },
        ),
      { resamples: 300 },
    )
    // A fifth is wrong and chance agrees in a quarter: 1 − 0.2 / 0.75.
    expect(kappa.low).toBeLessThan(1 - 0.2 / 0.75)
    expect(kappa.high).toBeGreaterThan(1 - 0.2 / 0.75)
    expect(kappa.low).toBeGreaterThan(0.6)
  })
})
