import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleStep as step } from '../../test/sample-step.js'
import { cutOff, unreachable } from '../api/failure.js'
import { type HeardChunk, textOf, withChunks } from './answer.js'
import {
  type Conversation,
  type ConversationAction,
  conversationAfter,
  emptyConversation,
  messagesOf,
} from './conversation.js'

const asked: ConversationAction = { kind: 'asked', prompt: 'Hello', model: 'base', nowMs: 100 }
type Heard = Extract<ConversationAction, { readonly kind: 'heard' }>
const heard = (...chunks: readonly HeardChunk[]): Heard => ({ kind: 'heard', id: 1, chunks })

function after(...actions: readonly ConversationAction[]): Conversation {
  return actions.reduce(conversationAfter, emptyConversation)
}

const first: HeardChunk = { atMs: 200, pieces: [{ text: 'a', drafter: '' }], step: step(0, '', 0, 0) }
const second: HeardChunk = {
  atMs: 250,
  pieces: [
    { text: 'b', drafter: 'lookup', probability: 0.5 },
    { text: '', drafter: 'lookup' },
    { text: 'c', drafter: '' },
  ],
  step: step(1, 'lookup', 3, 2),
}

describe('conversationAfter', () => {
  it('gathers pieces with their places and steps', () => {
    const { turns } = after(asked, heard(first), heard(second))
    expect(turns).toHaveLength(1)
    expect(turns[0]?.answer).toMatchObject({
      status: 'streaming',
      startedMs: 100,
      firstMs: 200,
      latestMs: 250,
      pieces: [
        { text: 'a', drafter: '', index: 0, step: 0 },
        { text: 'b', drafter: 'lookup', probability: 0.5, index: 1, step: 1 },
        { text: 'c', drafter: '', index: 2, step: 1 },
      ],
    })
    expect(turns[0]?.answer.steps.map(({ index }) => index)).toEqual([0, 1])
  })

  it('is complete only when the model said why it ended', () => {
    const closing: HeardChunk = { atMs: 260, pieces: [], finish: 'stop' }
    expect(after(asked, heard(first, closing), { kind: 'ended', id: 1 }).turns[0]?.answer.status).toBe('complete')
    expect(after(asked, heard(first), { kind: 'ended', id: 1 }).turns[0]?.answer).toMatchObject({
      status: 'failed',
      failure: cutOff,
    })
  })

  it('keeps what came before it was stopped, and hears nothing after', () => {
    const { turns } = after(asked, heard(first), { kind: 'stopped', id: 1 }, heard(second), {
      kind: 'ended',
      id: 1,
    })
    expect(turns[0]?.answer.status).toBe('stopped')
    expect(turns.map(({ answer }) => textOf(answer))).toEqual(['a'])
  })

  it('answers the last prompt anew', () => {
    const failed = after(asked, { kind: 'failed', id: 1, failure: unreachable })
    const again = conversationAfter(failed, { kind: 'asked-again', model: 'draft', nowMs: 300 })
    expect(again.turns).toMatchObject([{ id: 2, prompt: 'Hello', answer: { model: 'draft', status: 'waiting' } }])
    // What is still heard of the old answer is no longer wanted.
    expect(conversationAfter(again, heard(first)).turns).toEqual(again.turns)
  })

  it('forgets everything but which names were used', () => {
    expect(after(asked, { kind: 'cleared' })).toEqual({ turns: [], nextId: 2 })
  })
})

describe('messagesOf', () => {
  it('leaves out turns without text', () => {
    const { turns } = after(asked, { kind: 'failed', id: 1, failure: unreachable }, asked, {
      ...heard(first, second),
      id: 2,
    })
    expect(messagesOf(' ', turns, 'And?')).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'abc' },
      { role: 'user', content: 'And?' },
    ])
    expect(messagesOf('Be brief.', [], 'Hello')[0]).toEqual({ role: 'system', content: 'Be brief.' })
  })
})

describe('withChunks', () => {
  it('gives the same answer however the chunks are grouped', () => {
    const chunk = fc.constantFrom<HeardChunk>(
      first,
      second,
      { atMs: 255, pieces: [] },
      { atMs: 260, pieces: [], finish: 'stop' },
    )
    fc.assert(
      fc.property(fc.array(chunk), fc.nat(), (chunks, place) => {
        const start = after(asked).turns[0]?.answer
        if (start === undefined) throw new Error('nothing was asked')
        const middle = place % (chunks.length + 1)
        const parts = withChunks(withChunks(start, chunks.slice(0, middle)), chunks.slice(middle))
        expect(parts).toEqual(withChunks(start, chunks))
      }),
    )
  })
})
