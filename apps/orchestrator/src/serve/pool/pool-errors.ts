import { SpeculationError } from '@foretoken/contract'
import type { PoolMember } from './pool-member.js'

/** The request was taken back. */
export function aborted(): SpeculationError {
  return new SpeculationError('ERR_ABORTED', 'the request was taken back while it waited')
}

/** The pool ends. */
export function closing(): SpeculationError {
  return new SpeculationError('ERR_ENGINE_LOST', 'the server is shutting down; ask again when it is back')
}

/** Too many requests wait. */
export function queueFull(maxQueued: number): SpeculationError {
  return new SpeculationError('ERR_BUDGET_EXCEEDED', `${maxQueued} requests wait already; ask again later`, {
    details: { maxQueued, retryAfterMs: 1_000 },
  })
}

/** It could not be loaded a short while ago; the error says why and when it is tried again. */
export function retryLater({ model, failure }: PoolMember, waitMs: number): SpeculationError {
  const code = SpeculationError.is(failure) ? failure.code : 'ERR_ENGINE_LOST'
  const cause = failure === undefined ? 'its engine failed' : messageOf(failure)
  return new SpeculationError(code, `${model.name} could not be loaded: ${cause}; ask again in ${seconds(waitMs)}`, {
    ...(failure !== undefined && { cause: failure }),
    details: { model: model.name, retryAfterMs: Math.ceil(waitMs) },
  })
}

/** It will never fit beside what is pinned. */
export function tooLarge({ model, bytes }: PoolMember, pinnedBytes: number, budgetBytes: number): SpeculationError {
  const beside = pinnedBytes === 0 ? '' : `, and pinned models take ${bytesText(pinnedBytes)}`
  return new SpeculationError(
    'ERR_BUDGET_EXCEEDED',
    `${model.name} needs ${bytesText(bytes)} of the ${bytesText(budgetBytes)} that models may take${beside}; raise the budget, shorten its context or pin less`,
    { details: { model: model.name, bytes, pinnedBytes, budgetBytes } },
  )
}

/** What an error says; a cause that is no error is said as it stands. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Milliseconds as people read them: `1.5 s`. */
export function seconds(milliseconds: number): string {
  const value = milliseconds / 1_000
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`
}

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  if (bytes < 1e8) return `${Number((bytes / 1e6).toFixed(1))} MB`
  return bytes < 1e11 ? `${Number((bytes / 1e9).toFixed(1))} GB` : `${Math.round(bytes / 1e9)} GB`
}
