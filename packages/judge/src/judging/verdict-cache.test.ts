import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hastyClock } from '../../test/judging/hasty-clock.js'
import { candidate, judgeOf, prompt, scripted, three } from '../../test/judging/scripted-judge.js'
import { judgeBudget } from './judge-budget.js'
import { verdictCache } from './verdict-cache.js'

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
