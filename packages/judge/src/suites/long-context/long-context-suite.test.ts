import { SpeculationError } from '@foretoken/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { check } from '../../checkers/check.js'
import { loadPackagedSuite } from '../packaged-suite.js'
import { randomSource } from '../random-source.js'
import type { LongContextRecipe } from './long-context-recipe.js'
import { longContextSuite } from './long-context-suite.js'
import { type LongContextTask, longContextTask } from './long-context-task.js'

const recipe = (seed: number, tokens = 2_000): LongContextRecipe => ({
  suite: 'long',
  version: 1,
  description: 'Long texts',
  seed,
  prompts: [
    { id: 'one', tier: 'T1', task: 'needle', tokens, depthRate: 0.3 },
    { id: 'two', tier: 'T2', task: 'aggregation', tokens, depthRate: 0 },
    { id: 'three', tier: 'T3', task: 'multi-hop', tokens, depthRate: 0.8 },
  ],
})
const seeds = fc.integer({ min: 0, max: 0xffffffff })
const kinds = fc.constantFrom('needle', 'aggregation', 'multi-hop')
const textsOf = (seed: number, tokens?: number) =>
  longContextSuite(recipe(seed, tokens)).prompts.map(({ messages }) => messages[0]?.content ?? '')

/** The answer as a reader of the text finds it, apart from how the task was made; `undefined` where it is not there. */
function found(text: string, question: string): string | undefined {
  const only = (pattern: RegExp) => {
    const matches = [...text.matchAll(pattern)].map(([, match]) => match)
    return new Set(matches).size === 1 ? matches[0] : undefined
  }
  const shed = /password of the (\w+) shed\?/.exec(question)?.[1]
  if (shed) return only(new RegExp(`password of the ${shed} shed is (\\S+)\\.`, 'g'))
  const [, good, ship] = /casks of (\w+) did the (\w+) land/.exec(question) ?? []
  if (good) {
    const amounts = [...text.matchAll(new RegExp(`The ${ship} landed (\\d+) casks of ${good} at`, 'g'))]
    return amounts.length === 0 ? undefined : String(amounts.reduce((sum, [, amount]) => sum + Number(amount), 0))
  }
  const thing = /keeper of the (\w+ chart)/.exec(question)?.[1]
  const keeper = only(new RegExp(`Since spring (\\w+) keeps the ${thing}\\.`, 'g'))
  const inn = only(new RegExp(`${keeper} lodges at the (\\w+) inn\\.`, 'g'))
  return only(new RegExp(`The ${inn} inn belongs to (\\w+)\\.`, 'g'))
}

const mentions = (task: LongContextTask) => task.distractors.filter(({ text }) => text.includes(task.answer))

describe('longContextSuite', () => {
  it('makes the same texts from the same seed, and others from another', () => {
    fc.assert(
      fc.property(seeds, seeds, (one, other) => {
        expect(longContextSuite(recipe(one))).toEqual(longContextSuite(recipe(one)))
        fc.pre(one !== other)
        expect(textsOf(one)).not.toEqual(textsOf(other))
      }),
      { numRuns: 20 },
    )
  })

  it('has the answer in the text, once and findable, with whatever size', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1_000, max: 6_000 }), (seed, tokens) => {
        for (const { messages, answers } of longContextSuite(recipe(seed, tokens)).prompts) {
          const text = messages[0]?.content ?? ''
          const question = text.slice(text.lastIndexOf('\n\n'))
          expect(`Answer: ${found(text.slice(0, -question.length), question)}`).toBe(answers.right)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('notices an answer that is not in the text', () => {
    const [text = ''] = textsOf(5)
    const question = text.slice(text.lastIndexOf('\n\n'))
    const shed = /password of the (\w+) shed\?/.exec(question)?.[1] ?? ''
    const without = text.replace(`The password of the ${shed} shed is`, 'Nobody knows')
    expect(found(without, question)).toBeUndefined()
  })

  it('has distractors that do not contain the answer, and numbers that are no sum', () => {
    fc.assert(
      fc.property(seeds, kinds, (seed, kind) => {
        const task = longContextTask(kind, randomSource(seed), 0.5)
        expect(mentions(task)).toEqual([])
        expect(task.distractors.length).toBeGreaterThan(3)
        expect(task.wrongAnswer).not.toBe(task.answer)
        expect(task.distractors.map(({ text }) => text)).toSatisfy((texts: string[]) =>
          texts.every((text) => task.facts.every((fact) => fact.text !== text)),
        )
      }),
    )
    const task = longContextTask('needle', randomSource(1), 0.5)
    expect(mentions({ ...task, distractors: [{ text: `It is ${task.answer}.`, depthRate: 0 }] })).toHaveLength(1)
  })

  it('has recorded answers that its checkers tell apart', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, kinds, async (seed, kind) => {
        const { checker, answer, wrongAnswer } = longContextTask(kind, randomSource(seed), 0.5)
        expect((await check(checker, { text: `Answer: ${answer}` })).passed).toBe(true)
        expect((await check(checker, { text: `Answer: ${wrongAnswer}` })).passed).toBe(false)
      }),
    )
  })

  it('fills the size that is asked for, by four characters a token or as a tokenizer counts', () => {
    const words = (text: string) => text.split(/\s+/).length
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1_000, max: 5_000 }), (seed, tokens) => {
        const made = longContextSuite(recipe(seed, tokens), { countTokens: words })
        for (const text of textsOf(seed, tokens)) {
          expect(text.length / 4).toBeLessThanOrEqual(tokens)
          expect(text.length / 4).toBeGreaterThan(tokens - 50)
        }
        for (const { messages } of made.prompts) {
          expect(words(messages[0]?.content ?? '')).toBeLessThanOrEqual(tokens)
          expect(words(messages[0]?.content ?? '')).toBeGreaterThan(tokens - 40)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('is packaged from 4,000 to 50,000 tokens and can be made anew', async () => {
    const sizes = (await loadPackagedSuite('long_context')).prompts.map(({ messages }) =>
      Math.round((messages[0]?.content.length ?? 0) / 4_000),
    )
    expect(sizes).toEqual([4, 16, 50, 4, 16, 32, 8, 24, 50])
    const anew = await loadPackagedSuite('long_context', { seed: 7 })
    expect(anew.prompts[0]?.reference).not.toBe((await loadPackagedSuite('long_context')).prompts[0]?.reference)
  })

  it('refuses a counter that counts nothing', () => {
    const made = () => longContextSuite(recipe(1), { countTokens: () => 0 })
    expect(made).toThrow(SpeculationError)
    expect(made).toThrow(/countTokens must count/)
  })
})
