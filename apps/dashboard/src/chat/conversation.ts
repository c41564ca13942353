import type { ServedMessage } from 'foretoken/serve-types'
import type { Failure } from '../api/failure.js'
import { type Answer, ended, type HeardChunk, isOpen, newAnswer, textOf, withChunks } from './answer.js'

/** What was asked, and what was answered. */
export interface Turn {
  /** Unlike every other one's of this conversation, also when it is answered anew. */
  readonly id: number
  readonly prompt: string
  readonly answer: Answer
}

/** Turns in their order. */
export interface Conversation {
  readonly turns: readonly Turn[]
  readonly nextId: number
}

/** What can happen to a conversation. */
export type ConversationAction =
  | { readonly kind: 'asked'; readonly prompt: string; readonly model: string; readonly nowMs: number }
  | { readonly kind: 'asked-again'; readonly model: string; readonly nowMs: number }
  | { readonly kind: 'accepted'; readonly id: number; readonly requestId: string }
  | { readonly kind: 'heard'; readonly id: number; readonly chunks: readonly HeardChunk[] }
  | { readonly kind: 'ended'; readonly id: number }
  | { readonly kind: 'stopped'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'cleared' }

/** A conversation without a turn. */
export const emptyConversation: Conversation = { turns: [], nextId: 1 }

/** The conversation after something happened. */
export function conversationAfter(conversation: Conversation, action: ConversationAction): Conversation {
  const { turns, nextId } = conversation
  switch (action.kind) {
    case 'asked':
      return withTurn(turns, nextId, action.prompt, newAnswer(action.model, action.nowMs))
    case 'asked-again': {
      const last = turns.at(-1)
      if (last === undefined) return conversation
      return withTurn(turns.slice(0, -1), nextId, last.prompt, newAnswer(action.model, action.nowMs))
    }
    case 'cleared':
      return { turns: [], nextId }
    default:
      return {
        turns: turns.map((turn) =>
          turn.id === action.id ? { ...turn, answer: answerAfter(turn.answer, action) } : turn,
        ),
        nextId,
      }
  }
}

/** What the model is told of the conversation: turns that brought no text are left out. */
export function messagesOf(system: string, turns: readonly Turn[], prompt: string): ServedMessage[] {
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system } as const]),
    ...turns.flatMap(({ prompt: content, answer }): ServedMessage[] => {
      const text = textOf(answer)
      return text === ''
        ? []
        : [
            { role: 'user', content },
            { role: 'assistant', content: text },
          ]
    }),
    { role: 'user', content: prompt },
  ]
}

function withTurn(turns: readonly Turn[], id: number, prompt: string, answer: Answer): Conversation {
  return { turns: [...turns, { id, prompt, answer }], nextId: id + 1 }
}

type AnswerAction = Extract<ConversationAction, { readonly id: number }>

function answerAfter(answer: Answer, action: AnswerAction): Answer {
  switch (action.kind) {
    case 'accepted':
      return { ...answer, requestId: action.requestId }
    case 'heard':
      return withChunks(answer, action.chunks)
    case 'ended':
      return ended(answer)
    case 'stopped':
      return isOpen(answer) ? { ...answer, status: 'stopped' } : answer
    case 'failed':
      return isOpen(answer) ? { ...answer, status: 'failed', failure: action.failure } : answer
  }
}
