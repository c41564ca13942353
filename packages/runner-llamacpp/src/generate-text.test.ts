import { NO_TOKENS, SpeculationError, type Step } from '@foretoken/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type KnowingDrafter, knowingDrafter, memoryModel, onePrompt, script } from '../test/memory-model.js'
import { generateText, type TextStep } from './generate-text.js'

/** A text cut into byte-level tokens, where to stop, and how it is drafted. */
interface Story {
  readonly text: string
  readonly parts: readonly Uint8Array[]
  readonly stop: readonly string[]
  readonly draftTokens: number
  readonly wrongEvery: number
}

const END = 100_000
const letters = fc.constantFrom('a', 'b', 'ab', 'aab', '\n', 'é', '€', '😀', '👩‍🚀')
const texts = fc.oneof(
  fc.array(letters, { maxLength: 30 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replace(/\p{Surrogate}/gu, '?')),
)

const stories: fc.Arbitrary<Story> = texts.chain((text) => {
  const bytes = new TextEncoder().encode(text)
  const characters = [...text]
  const inside = fc
    .tuple(fc.nat(characters.length), fc.integer({ min: 1, max: 5 }))
    .map(([at, length]) => characters.slice(at, at + length).join(''))
  const anywhere = fc.array(letters, { minLength: 1, maxLength: 3 }).map((all) => all.join(''))
  return fc.record({
    text: fc.constant(text),
    parts: fc.uniqueArray(fc.nat(bytes.length), { maxLength: bytes.length }).map((cuts) => split(bytes, cuts)),
    stop: fc.array(fc.oneof(inside, anywhere), { maxLength: 4 }).map((all) => all.filter((string) => string !== '')),
    draftTokens: fc.integer({ min: 1, max: 8 }),
    wrongEvery: fc.integer({ min: 2, max: 9 }),
  })
})

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [0, ...cuts.filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border))
}

function expectedText({ text, stop }: Story): string {
  const found = stop.map((string) => text.indexOf(string)).filter((index) => index >= 0)
  return text.slice(0, Math.min(text.length, ...found))
}

interface Told {
  readonly steps: readonly TextStep[]
  readonly drafter: KnowingDrafter
}

async function tell({ parts, stop, draftTokens, wrongEvery }: Story, answer = NO_TOKENS): Promise<Told> {
  const tokens = [...parts.keys(), END]
  const model = memoryModel({ next: script(tokens), bytes: (token) => parts[token] as Uint8Array, endOfText: END })
  const drafter = knowingDrafter(tokens, (index) => index % wrongEvery === wrongEvery - 1)
  const steps: TextStep[] = []
  await using target = await model.openTarget()
  const policy = upTo(draftTokens)
  const options = { model, target, prompt: onePrompt, drafter, policy, stop, answer, draftTimeoutMs: 60_000 }
  for await (const step of generateText(options)) steps.push(step)
  return { steps, drafter }
}

function upTo(maxTokens: number): NonNullable<Parameters<typeof generateText>[0]['policy']> {
  const limits = (): { maxTokens: number; minProbability: number } => ({ maxTokens, minProbability: 0 })
  return {
    contractVersion: 1,
    name: 'up-to',
    open: () => ({ limits, cut: (draft) => draft.tokens.length, observe: () => {} }),
  }
}

const shownText = (steps: readonly TextStep[]): string =>
  steps.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('')

describe('the text, however it is cut into tokens and steps', () => {
  test('is the whole text up to the stop string that begins first', async () => {
    let drafted = 0
    let stopped = 0
    let split = 0
    const law = fc.asyncProperty(stories, async (story) => {
      const { steps } = await tell(story)
      expect(shownText(steps)).toBe(expectedText(story))
      if (steps.some(({ step }) => step.acceptedTokens > 1)) drafted++
      if (steps.at(-1)?.step.finish === 'stopped') stopped++
      if (story.parts.some((part) => part[0] !== undefined && part[0] >= 0x80 && part[0] < 0xc0)) split++
    })
    await fc.assert(law, { numRuns: 400 })
    // The law bites only where something is drafted, something stops the text and characters are split.
    expect(Math.min(drafted, stopped, split)).toBeGreaterThan(40)
  })

  test.each([
    { name: 'searches token by token', offender: searchTokenByToken },
    { name: 'decodes token by token', offender: decodeTokenByToken },
    { name: 'shows what may be the start of a stop string', offender: showAtOnce },
    { name: 'takes the stop string that is complete first', offender: takeFirstComplete },
  ])('is not what a writer says that $name', ({ offender }) => {
    const law = fc.property(stories, (story) => expect(offender(story)).toBe(expectedText(story)))
    expect(fc.check(law, { numRuns: 2_000 }).failed).toBe(true)
  })

  test('waits only for a whole character or a possible stop string', async () => {
    const law = fc.asyncProperty(stories, async (story) => {
      const { steps } = await tell(story)
      for (const held of heldTexts(story, steps)) {
        expect(story.stop.some((string) => string.startsWith(held) && string !== held)).toBe(true)
      }
    })
    await fc.assert(law, { numRuns: 200 })
  })

  test('names the maker of the token that completed each character', async () => {
    const law = fc.asyncProperty(stories, async (story) => {
      const { steps } = await tell(story)
      const makers = makersOfTokens(steps.map(({ step }) => step))
      const pieces = steps.flatMap((step) => step.pieces)
      const told = pieces.flatMap(({ text, drafter }) => [...text].map(() => drafter))
      expect(told).toEqual(makersOfCharacters(story, makers).slice(0, told.length))
    })
    await fc.assert(law, { numRuns: 200 })
  })

  test('carries how probable each drafted token was, also where it is shown later', async () => {
    const parts = ['a', 'b', 'S', 'T', 'c', 'd'].map((letter) => new TextEncoder().encode(letter))
    const tokens = [...parts.keys(), END]
    const model = memoryModel({ next: script(tokens), bytes: (token) => parts[token] as Uint8Array, endOfText: END })
    const knowing = knowingDrafter(tokens)
    const drafter: typeof knowing = {
      ...knowing,
      open(prompt, options) {
        const session = knowing.open(prompt, options)
        const draft: typeof session.draft = async (limits) => {
          const { tokens: drafted, ...rest } = await session.draft(limits)
          return { ...rest, tokens: drafted, probabilities: Float32Array.from(drafted, (token) => 2 ** -token) }
        }
        return { ...session, draft }
      },
    }
    await using target = await model.openTarget()
    const options = { model, target, prompt: onePrompt, drafter, policy: upTo(3), stop: ['STOP'] }
    const steps: TextStep[] = []
    for await (const step of generateText({ ...options, draftTimeoutMs: 60_000 })) steps.push(step)
    const drafted = (text: string, probability: number) => ({ text, drafter: 'knowing', probability })
    expect(steps.map(({ pieces }) => pieces)).toEqual([
      [drafted('a', 1), drafted('b', 0.5)],
      [drafted('S', 0.25), { text: 'T', drafter: '' }, drafted('c', 0.0625), drafted('d', 0.03125)],
    ])
  })

  test('leaves no token behind the stop string in the step that found it, nor with the drafter', async () => {
    const law = fc.asyncProperty(stories, async (story) => {
      const { steps, drafter } = await tell(story)
      const tokens = steps.flatMap(({ step }) => [...step.tokens])
      expect(drafter.committed).toEqual(tokens)
      const last = steps.at(-1)?.step
      if (last?.finish !== 'stopped') return
      const stopByte = new TextEncoder().encode(expectedText(story)).length
      const firstByte = (token: number): number =>
        story.parts.slice(0, token).reduce((sum, part) => sum + part.length, 0)
      for (const token of last.tokens) expect(firstByte(token)).toBeLessThan(stopByte)
    })
    await fc.assert(law, { numRuns: 200 })
  })
})

describe('a text that was interrupted', () => {
  test('goes on behind any of its steps as if nothing had happened', async () => {
    let held = 0
    const law = fc.asyncProperty(stories, fc.nat(), async (story, at) => {
      const { steps } = await tell(story)
      const given = steps.slice(0, at % steps.length)
      const answer = Int32Array.from(given.flatMap(({ step }) => [...step.tokens]))
      const rest = await tell(story, answer)
      expect(shownText([...given, ...rest.steps])).toBe(expectedText(story))
      if (given.length > 0 && heldTexts(story, steps).length > 0) held++
    })
    await fc.assert(law, { numRuns: 600 })
    expect(held).toBeGreaterThan(10)
  })

  test('is not asked for where it has all its tokens', async () => {
    const model = memoryModel({ next: script([]) })
    await using target = await model.openTarget()
    const options = { model, target, prompt: onePrompt, answer: Int32Array.of(1, 2), maxTokens: 2 }
    expect(() => generateText(options)).toThrow('answer must have fewer tokens than maxTokens, got 2 of 2')
  })
})

test('the step that found the stop string keeps the tokens that lie wholly before it', async () => {
  const parts = ['a', 'b', 'c E', 'ND', 'x'].map((text) => new TextEncoder().encode(text))
  const { steps } = await tell({ text: '', parts, stop: ['END'], draftTokens: 8, wrongEvery: 9 })
  expect(shownText(steps)).toBe('abc ')
  expect(steps.map(({ step }) => [...step.tokens])).toEqual([[0, 1]])
})

test('an incomplete character at the end is shown as U+FFFD', async () => {
  const parts = split(new TextEncoder().encode('ab😀'), [1, 2, 4]).slice(0, 3)
  const { steps } = await tell({ text: '', parts, stop: [], draftTokens: 4, wrongEvery: 9 })
  expect(shownText(steps)).toBe('ab\uFFFD')
})

test('an empty stop string is refused before anything runs', async () => {
  const model = memoryModel({ next: script([]) })
  await using target = await model.openTarget()
  expect(() => generateText({ model, target, prompt: onePrompt, stop: [''] })).toThrow(SpeculationError)
})

/** Whole characters that were read but not shown after each step but the last. */
function heldTexts({ parts }: Story, steps: readonly TextStep[]): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let read = ''
  const held = steps.slice(0, -1).map(({ step }, index) => {
    for (const token of step.tokens) read += decoder.decode(parts[token], { stream: true })
    return read.slice(shownText(steps.slice(0, index + 1)).length)
  })
  return held.filter((text) => text !== '')
}

/** Who made each token, also those that were dropped at the end. */
function makersOfTokens(steps: readonly Step[]): string[] {
  return steps.flatMap(({ acceptedTokens, drafter }) => [...Array<string>(acceptedTokens).fill(drafter), ''])
}

function makersOfCharacters({ text, parts }: Story, makers: readonly string[]): string[] {
  let end = 0
  const ends = parts.map((part) => (end += part.length))
  let bytes = 0
  return [...text].map((character) => {
    bytes += new TextEncoder().encode(character).length
    return makers[ends.findIndex((tokenEnd) => tokenEnd >= bytes)] ?? ''
  })
}

function searchTokenByToken({ parts, stop }: Story): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  for (const part of parts) {
    const piece = decoder.decode(part, { stream: true })
    const found = stop.map((string) => piece.indexOf(string)).filter((index) => index >= 0)
    if (found.length > 0) return text + piece.slice(0, Math.min(...found))
    text += piece
  }
  return text
}

function decodeTokenByToken({ parts, ...story }: Story): string {
  return expectedText({ ...story, parts, text: parts.map((part) => new TextDecoder().decode(part)).join('') })
}

function showAtOnce({ parts, stop }: Story): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  for (const part of parts) {
    const before = text
    text += decoder.decode(part, { stream: true })
    const found = stop.map((string) => text.indexOf(string)).filter((index) => index >= 0)
    if (found.length > 0) return text.slice(0, Math.max(before.length, Math.min(...found)))
  }
  return text
}

function takeFirstComplete({ text, stop }: Story): string {
  const found = stop.filter((string) => text.includes(string)).sort((a, b) => endIn(text, a) - endIn(text, b))[0]
  return found === undefined ? text : text.slice(0, text.indexOf(found))
}

function endIn(text: string, string: string): number {
  return text.indexOf(string) + string.length
}
