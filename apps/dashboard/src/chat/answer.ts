import type { RouteDecision, ServedPiece, ServedStep, TextEnd } from 'foretoken/serve-types'
import type { ChatChunk } from '../api/chat-chunk.js'
import { cutOff, type Failure } from '../api/failure.js'

/** Text made by one drafter, at its place in the answer. */
export interface AnswerPiece extends ServedPiece {
  /** 0 for the first one. */
  readonly index: number
  /** Index of the step that it came with; absent where the engine does not speak of steps. */
  readonly step?: number
}

/** A chunk, and when it came by the page's clock. */
export interface HeardChunk extends ChatChunk {
  readonly atMs: number
}

/** An answer as far as it is written. */
export interface Answer {
  /** Who was asked, and once it is known who answers. */
  readonly model: string
  readonly status: 'waiting' | 'streaming' | 'complete' | 'stopped' | 'failed'
  /** Empty until the server has said it. */
  readonly requestId: string
  readonly pieces: readonly AnswerPiece[]
  readonly steps: readonly ServedStep[]
  readonly startedMs: number
  /** When the first text came. */
  readonly firstMs?: number
  /** When the latest text came. */
  readonly latestMs?: number
  readonly finish?: string
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly summary?: TextEnd['summary']
  readonly notDrafted?: string
  readonly seed?: number
  readonly route?: RouteDecision
  readonly failure?: Failure
}

/** An answer that was asked for. */
export function newAnswer(model: string, nowMs: number): Answer {
  return { model, status: 'waiting', requestId: '', pieces: [], steps: [], startedMs: nowMs }
}

/** Whether more may come. */
export function isOpen({ status }: Answer): boolean {
  return status === 'waiting' || status === 'streaming'
}

/** The answer after some more of its stream. */
export function withChunks(answer: Answer, chunks: readonly HeardChunk[]): Answer {
  return isOpen(answer) ? chunks.reduce(withChunk, answer) : answer
}

function withChunk(answer: Answer, chunk: HeardChunk): Answer {
  const { pieces: heard, step, atMs, isEnd: _, ...closing } = chunk
  const pieces = heard.filter(({ text }) => text !== '')
  const isText = pieces.length > 0 || step !== undefined
  return {
    ...answer,
    ...closing,
    ...(isText && { status: 'streaming', firstMs: answer.firstMs ?? atMs, latestMs: atMs }),
    ...(closing.failure && { status: 'failed' }),
    ...(step && { steps: [...answer.steps, step] }),
    ...(pieces.length > 0 && { pieces: [...answer.pieces, ...pieces.map(placedAfter(answer.pieces.length, step))] }),
  }
}

function placedAfter(length: number, step: ServedStep | undefined) {
  return (piece: ServedPiece, index: number): AnswerPiece => ({
    ...piece,
    index: length + index,
    ...(step && { step: step.index }),
  })
}

/** The answer when its stream is over: complete only where the model said why it ended. */
export function ended(answer: Answer): Answer {
  if (!isOpen(answer)) return answer
  return answer.finish === undefined
    ? { ...answer, status: 'failed', failure: cutOff }
    : { ...answer, status: 'complete' }
}

/** Its text. */
export function textOf({ pieces }: Answer): string {
  return pieces.map(({ text }) => text).join('')
}
