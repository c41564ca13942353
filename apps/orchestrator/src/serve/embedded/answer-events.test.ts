import type { Step } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import type { TextEvent } from '../text-event.js'
import { type AnswerOptions, answerEvents } from './answer-events.js'
import type { WorkerStep } from './worker-protocol.js'

function step(index: number, text: string, changes: Partial<Step> = {}): WorkerStep {
  return {
    step: {
      ...{ index, tokens: Int32Array.of(index), drafter: '', proposedTokens: 0, draftedTokens: 0, acceptedTokens: 0 },
      ...{ width: 1, draftMs: 0, verifyMs: 1, finish: '' as const, ...changes },
    },
    pieces: text === '' ? [] : [{ text, drafter: '' }],
  }
}

async function eventsOf(steps: readonly WorkerStep[], options: Partial<AnswerOptions> = {}): Promise<TextEvent[]> {
  const all: TextEvent[] = []
  for await (const event of answerEvents(each(steps), { speculation: {}, ...options })) all.push(event)
  return all
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

const textOf = (events: readonly TextEvent[]): string =>
  events.flatMap((event) => (event.kind === 'piece' ? event.pieces.map(({ text }) => text) : [])).join('')

describe('an answer', () => {
  test('starts once, whatever processes say it', async () => {
    const start = { promptTokens: 5, reusedTokens: 2 }
    const again = { ...step(1, 'b', { finish: 'end-of-text' }), start: { promptTokens: 5, reusedTokens: 0 } }
    const events = await eventsOf([{ ...step(0, 'a'), start }, again])
    expect(events.map(({ kind }) => kind)).toEqual(['start', 'piece', 'piece', 'end'])
    expect(events[0]).toEqual({ kind: 'start', ...start })
    expect(events.at(-1)).toMatchObject({ finish: 'stop', completionTokens: 2, summary: { steps: 2, tokens: 2 } })
  })

  test.each([
    ['end-of-text', 'stop'],
    ['stopped', 'stop'],
    ['max-tokens', 'length'],
    ['context-full', 'length'],
  ] as const)('that ended by %s ends by %s', async (finish, served) => {
    expect((await eventsOf([step(0, 'a', { finish })])).at(-1)).toMatchObject({ finish: served })
  })

  test('says why nothing was drafted, and which stop string came', async () => {
    const last = async (options: Partial<AnswerOptions>, changes: Partial<Step>): Promise<unknown> =>
      (await eventsOf([{ ...step(0, '', changes), stopString: 'x' }], options)).at(-1)
    expect(await last({}, { draftedTokens: 1 })).not.toHaveProperty('notDrafted')
    expect(await last({}, {})).toMatchObject({ notDrafted: expect.stringContaining('promised'), stopString: 'x' })
    expect(await last({}, { dropped: 'it failed' })).toMatchObject({ notDrafted: 'it failed' })
    expect(await last({ speculation: { off: true } }, {})).toMatchObject({
      notDrafted: 'the request switched drafting off',
    })
  })
})

describe('calls of tools', () => {
  const tools = { format: 'hermes', names: ['f'] } as const
  const call = '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>'

  test('are events of their own, each step is told once, and nothing of them is shown', async () => {
    const letters = [...`Wait.${call}`]
    const steps = letters.map((letter, index) => step(index, letter))
    const events = await eventsOf([...steps, step(steps.length, '', { finish: 'end-of-text' })], { tools })
    expect(textOf(events)).toBe('Wait.')
    const told = events.flatMap((event) => (event.kind === 'piece' && event.step ? [event.step.index] : []))
    expect(told).toEqual([...Array(steps.length + 1).keys()])
    expect(events.filter(({ kind }) => kind === 'tool-call')).toEqual([
      { kind: 'tool-call', call: { id: expect.stringMatching(/^[A-Za-z0-9]{9}$/), name: 'f', arguments: '{"a": 1}' } },
    ])
    expect(events.at(-1)).toMatchObject({ finish: 'tool-calls' })
  })

  test('that are cut off stay text', async () => {
    const events = await eventsOf([step(0, `a${call.slice(0, 30)}`, { finish: 'max-tokens' })], { tools })
    expect(textOf(events)).toBe(`a${call.slice(0, 30)}`)
    expect(events.at(-1)).toMatchObject({ finish: 'length' })
  })

  test('keep the order of text and calls within a step', async () => {
    const events = await eventsOf([step(0, `a${call}\nb${call}`, { finish: 'end-of-text' })], { tools })
    expect(
      events.map((event) => (event.kind === 'piece' ? event.pieces.map(({ text }) => text).join('') : event.kind)),
    ).toEqual(['a', 'tool-call', 'b', 'tool-call', 'end'])
  })
})
