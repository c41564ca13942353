import { useCallback, useEffect, useReducer, useRef } from 'react'
import { type Failure, unreachable } from '../api/failure.js'
import { ServerError } from '../api/server-error.js'
import { streamChat } from '../api/stream-chat.js'
import { type HeardChunk, isOpen } from './answer.js'
import {
  type Conversation,
  type ConversationAction,
  conversationAfter,
  emptyConversation,
  messagesOf,
  type Turn,
} from './conversation.js'

/** Tokens come faster than a person sees; drawing them together keeps the page quick. */
const DRAW_MS = 40

/** How an answer is asked for. */
export interface ChatOptions {
  readonly key: string
  readonly model: string
  readonly system: string
  /** The request's body. */
  readonly bodyOf: (messages: ReturnType<typeof messagesOf>) => object
}

/** A conversation, and what can be done with it. */
export interface Chat {
  readonly turns: readonly Turn[]
  /** Whether an answer is being written. */
  readonly isBusy: boolean
  ask(prompt: string): void
  /** Has the last prompt answered anew. */
  askAgain(): void
  /** Ends the answer that is being written, here and at the server. */
  stop(): void
  clear(): void
}

/** Holds the conversation and the one stream that may be open. */
export function useChat(options: ChatOptions): Chat {
  const [conversation, dispatch] = useReducer(conversationAfter, emptyConversation)
  const open = useRef<AbortController>(undefined)
  useEffect(() => () => open.current?.abort(), [])
  const start = useCallback((id: number, body: object, key: string) => {
    const controller = new AbortController()
    open.current = controller
    void follow({ id, body, key, signal: controller.signal, dispatch })
  }, [])
  const { turns, nextId } = conversation
  return {
    turns,
    isBusy: isBusy(conversation),
    ask(prompt) {
      if (isBusy(conversation)) return
      dispatch({ kind: 'asked', prompt, model: options.model, nowMs: performance.now() })
      start(nextId, options.bodyOf(messagesOf(options.system, turns, prompt)), options.key)
    },
    askAgain() {
      const last = turns.at(-1)
      if (isBusy(conversation) || last === undefined) return
      dispatch({ kind: 'asked-again', model: options.model, nowMs: performance.now() })
      start(nextId, options.bodyOf(messagesOf(options.system, turns.slice(0, -1), last.prompt)), options.key)
    },
    stop: () => open.current?.abort(),
    clear() {
      open.current?.abort()
      dispatch({ kind: 'cleared' })
    },
  }
}

function isBusy({ turns }: Conversation): boolean {
  return turns.some(({ answer }) => isOpen(answer))
}

interface Following {
  readonly id: number
  readonly body: object
  readonly key: string
  readonly signal: AbortSignal
  readonly dispatch: (action: ConversationAction) => void
}

/** Hands an answer's stream to the conversation until it ends, in whatever way. */
async function follow({ id, body, key, signal, dispatch }: Following): Promise<void> {
  let heard: HeardChunk[] = []
  const draw = (): void => {
    if (heard.length > 0) dispatch({ kind: 'heard', id, chunks: heard })
    heard = []
  }
  const timer = setInterval(draw, DRAW_MS)
  try {
    const { requestId, chunks } = await streamChat(body, key, signal)
    dispatch({ kind: 'accepted', id, requestId })
    for await (const some of chunks) {
      const atMs = performance.now()
      for (const chunk of some) heard.push({ ...chunk, atMs })
    }
    draw()
    dispatch({ kind: 'ended', id })
  } catch (error) {
    draw()
    dispatch(signal.aborted ? { kind: 'stopped', id } : { kind: 'failed', id, failure: failureFrom(error) })
  } finally {
    clearInterval(timer)
  }
}

function failureFrom(error: unknown): Failure {
  return error instanceof ServerError ? error.failure : { ...unreachable, cause: String(error) }
}
