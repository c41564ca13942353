import { type ErrorCode, errorTable, SpeculationError, type Tokens } from '@foretoken/contract'
import type { TextStep } from '../generate-text.js'

/** What the host tells its engine process. */
export type ToEngine =
  | { readonly kind: 'create'; readonly config: unknown }
  | { readonly kind: 'generate'; readonly id: number; readonly request: unknown; readonly answer: Tokens }
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close' }

/** What an engine process tells its host. */
export type FromEngine =
  | { readonly kind: 'progress'; readonly rate: number }
  | { readonly kind: 'ready'; readonly facts: unknown }
  | { readonly kind: 'refused'; readonly error: SentError }
  | { readonly kind: 'step'; readonly id: number; readonly step: TextStep }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError }

/** An error on its way through a pipe, where classes are lost. */
export interface SentError {
  /** Empty where it is none of Foretoken's. */
  readonly code: ErrorCode | ''
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** What is left of an error on the other side of the pipe. */
export function sentError(error: unknown): SentError {
  if (SpeculationError.is(error)) return { code: error.code, message: error.message, details: cloneable(error.details) }
  return { code: '', message: error instanceof Error ? error.message : String(error), details: {} }
}

/** The error that was sent; a foreign one is a failure of the engine. */
export function receivedError({ code, message, details }: SentError): SpeculationError {
  if (Object.hasOwn(errorTable, code)) return new SpeculationError(code as ErrorCode, message, { details })
  return new SpeculationError('ERR_ENGINE_LOST', `the engine failed: ${message}`)
}

function cloneable(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  try {
    return structuredClone(details)
  } catch {
    return {}
  }
}

/** What an engine process says about what it was asked. */
export type TaskMessage = Extract<FromEngine, { readonly id: number }>
