import type { Step } from '@foretoken/contract'
import { expect, it } from 'vitest'
import type { TraceRequest } from './trace-request.js'
import { pooledTurns, TurnCounter } from './turns.js'

const request = (session?: string): TraceRequest => ({
  id: 'r',
  ...(session !== undefined && { session }),
  prompt: Int32Array.of(1),
  output: Int32Array.of(2),
})
const step = (tokens: number, draftedTokens: number): Step => ({
  index: 0,
  tokens: new Int32Array(tokens),
  drafter: '',
  proposedTokens: draftedTokens,
  draftedTokens,
  acceptedTokens: tokens - 1,
  width: draftedTokens + 1,
  draftMs: 0,
  verifyMs: 0,
  finish: '',
})

it('adds up steps by how many requests of the conversation came before, far ones together', () => {
  const talk = Array.from({ length: 20 }, () => request('talk'))
  const requests = [request(), ...talk.slice(0, 2), request('other'), ...talk.slice(2), request()]
  const counter = new TurnCounter(requests)
  // The order in which steps are taken does not matter.
  for (const one of requests.toReversed()) counter.add(one, step(3, 4))
  counter.add(requests[0] as TraceRequest, step(1, 0))

  const counts = counter.counts()
  expect(counts.map(({ turn, steps }) => [turn, steps])).toEqual([
    ['1', 5],
    ['2', 1],
    ['3', 1],
    ['4', 1],
    ['5-8', 4],
    ['9-16', 8],
    ['17-', 4],
  ])
  expect(counts[0]).toEqual({ turn: '1', steps: 5, outputTokens: 13, draftedTokens: 16, acceptedTokens: 8 })
  expect(pooledTurns([counts.slice(0, 1), [], counts])).toEqual([
    { turn: '1', steps: 10, outputTokens: 26, draftedTokens: 32, acceptedTokens: 16 },
    ...counts.slice(1),
  ])
})
