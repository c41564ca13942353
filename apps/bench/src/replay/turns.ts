import type { Step } from '@foretoken/contract'
import type { TraceRequest } from './trace-request.js'

/** What the requests that are so far into their conversation add up to. */
export interface TurnCounts {
  /** The turn, or the first and the last one, e.g. `"5-8"`; a single request is a first turn. */
  readonly turn: string
  readonly steps: number
  readonly outputTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** Turns far into a conversation are few, so they are told together. */
const LAST_TURNS: readonly (readonly [number, string])[] = [
  [1, '1'],
  [2, '2'],
  [3, '3'],
  [4, '4'],
  [8, '5-8'],
  [16, '9-16'],
  [Number.POSITIVE_INFINITY, '17-'],
]

/** Adds up steps by the turn of their request. */
export class TurnCounter {
  readonly #turns: ReadonlyMap<TraceRequest, string>
  readonly #counts = new Map<string, TurnCounts>()

  constructor(requests: readonly TraceRequest[]) {
    this.#turns = turnsOf(requests)
  }

  add(request: TraceRequest, { tokens, draftedTokens, acceptedTokens }: Step): void {
    const turn = this.#turns.get(request) ?? '1'
    const one = { turn, steps: 1, outputTokens: tokens.length, draftedTokens, acceptedTokens }
    this.#counts.set(turn, sum(this.#counts.get(turn), one))
  }

  counts(): TurnCounts[] {
    return inOrder(this.#counts)
  }
}

/** The counts of several files together. */
export function pooledTurns(files: readonly (readonly TurnCounts[])[]): TurnCounts[] {
  const counts = new Map<string, TurnCounts>()
  for (const one of files.flat()) counts.set(one.turn, sum(counts.get(one.turn), one))
  return inOrder(counts)
}

function turnsOf(requests: readonly TraceRequest[]): ReadonlyMap<TraceRequest, string> {
  const before = new Map<string, number>()
  const turns = new Map<TraceRequest, string>()
  for (const request of requests) {
    const { session } = request
    const turn = 1 + (session === undefined ? 0 : (before.get(session) ?? 0))
    if (session !== undefined) before.set(session, turn)
    turns.set(request, LAST_TURNS.find(([last]) => turn <= last)?.[1] ?? '')
  }
  return turns
}

function sum(left: TurnCounts | undefined, right: TurnCounts): TurnCounts {
  if (left === undefined) return right
  return {
    turn: right.turn,
    steps: left.steps + right.steps,
    outputTokens: left.outputTokens + right.outputTokens,
    draftedTokens: left.draftedTokens + right.draftedTokens,
    acceptedTokens: left.acceptedTokens + right.acceptedTokens,
  }
}

function inOrder(counts: ReadonlyMap<string, TurnCounts>): TurnCounts[] {
  return LAST_TURNS.flatMap(([, turn]) => counts.get(turn) ?? [])
}
