import type { RouteDecision, ServedPiece, ServedStep, TextEnd } from 'foretoken/serve-types'
import { cutOff, errorFields, type Failure } from './failure.js'

/** What one event of a streamed answer brings; most of it is absent in most events. */
export interface ChatChunk {
  readonly pieces: readonly ServedPiece[]
  readonly step?: ServedStep
  /** Who answers; a role or the front door was asked, perhaps. */
  readonly model?: string
  readonly finish?: string
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly summary?: TextEnd['summary']
  readonly notDrafted?: string
  /** With which the answer can be had again. */
  readonly seed?: number
  readonly route?: RouteDecision
  readonly failure?: Failure
  /** The stream's own last word. */
  readonly isEnd?: true
}

/** The parts of a chunk of OpenAI's stream that the page reads, with what Foretoken adds. */
interface WireChunk {
  readonly model?: string
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string
  }[]
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null
  readonly speculation?: {
    readonly pieces?: readonly ServedPiece[]
    readonly step?: ServedStep
    readonly summary?: TextEnd['summary']
    readonly notDrafted?: string
    readonly seed?: number
    readonly route?: RouteDecision
  }
}

/** Reads the data of one server-sent event. What is no JSON object is a failure of the stream, never an exception. */
export function chatChunk(data: string): ChatChunk {
  if (data === '[DONE]') return { pieces: [], isEnd: true }
  const wire = jsonObject(data)
  if (wire === undefined) return { pieces: [], failure: cutOff }
  const { message, code } = errorFields(wire)
  if (message !== undefined) return { pieces: [], failure: { code: code ?? '', cause: message, cure: '' } }
  return { pieces: piecesOf(wire), ...closingOf(wire), ...usageOf(wire) }
}

/** Servers that do not speak of drafters send text alone. */
function piecesOf({ choices, speculation }: WireChunk): readonly ServedPiece[] {
  if (speculation?.pieces !== undefined) return speculation.pieces
  const text = choices?.[0]?.delta?.content
  return text ? [{ text, drafter: '' }] : []
}

function closingOf({ model, choices, speculation = {} }: WireChunk): Omit<ChatChunk, 'pieces'> {
  const finish = choices?.[0]?.finish_reason
  const { step, summary, notDrafted, seed, route } = speculation
  return {
    ...(model && { model }),
    ...(finish && { finish }),
    ...(step && { step }),
    ...(summary && { summary }),
    ...(notDrafted && { notDrafted }),
    ...(seed !== undefined && { seed }),
    ...(route && { route }),
  }
}

function usageOf({ usage }: WireChunk): Omit<ChatChunk, 'pieces'> {
  return {
    ...(usage?.prompt_tokens !== undefined && { promptTokens: usage.prompt_tokens }),
    ...(usage?.completion_tokens !== undefined && { completionTokens: usage.completion_tokens }),
  }
}

function jsonObject(text: string): WireChunk | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
