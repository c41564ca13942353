import { fixedLength } from '@foretoken/adaptive-k'
import type { Drafter } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oracleDrafter } from './baselines/oracle.js'
import { textDrafter } from './baselines/text-drafter.js'
import { type Counts, play, speedup } from './play.js'
import { betaCost } from './step-cost.js'
import type { TraceRequest } from './trace-request.js'

const tokens = fc.array(fc.nat(2), { minLength: 1, maxLength: 20 }).map((list) => Int32Array.from(list))
const requests = fc
  .array(fc.record({ prompt: tokens, output: tokens, session: fc.constantFrom('a', 'b', undefined) }), { maxLength: 6 })
  .map((list) =>
    list.map(
      ({ session, ...rest }, index) => ({ id: `${index}`, ...rest, ...(session && { session }) }) as TraceRequest,
    ),
  )
const cost = betaCost(0.1)

/** Drafts what some of the text's tokens make of it: right now and then, and the same whenever it is asked. */
function arbitraryDrafter(seed: number): Drafter {
  return textDrafter('arbitrary', (text, maxTokens) => {
    const at = (index: number): number => text[text.length - 1 - (index % text.length)] ?? 0
    const length = Math.min(maxTokens, (seed + text.length) % 6)
    return Int32Array.from({ length }, (_, index) => (at(index) + at(index + 1) + seed) % 3)
  })
}

/** The same, counted over plain arrays without the loop. */
async function recount(list: readonly TraceRequest[], drafter: Drafter, most: number): Promise<Counts> {
  const stepsByWidth: number[] = []
  let [steps, outputTokens, draftedTokens, acceptedTokens] = [0, 0, 0, 0]
  for (const { prompt, output } of list) {
    for (let said = 0; said < output.length; ) {
      const session = drafter.open(Int32Array.from([...prompt, ...output.subarray(0, said)]))
      const draft = (await session.draft({ maxTokens: most })).tokens
      let accepted = 0
      while (
        accepted < draft.length &&
        said + accepted < output.length - 1 &&
        draft[accepted] === output[said + accepted]
      )
        accepted++
      steps++
      draftedTokens += draft.length
      acceptedTokens += accepted
      outputTokens += accepted + 1
      said += accepted + 1
      stepsByWidth[draft.length + 1] = (stepsByWidth[draft.length + 1] ?? 0) + 1
    }
  }
  return { steps, outputTokens, draftedTokens, acceptedTokens, stepsByWidth }
}

describe('play', () => {
  it('says every recorded output, and counts what a naive recount counts', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(requests, fc.nat(50), fc.integer({ min: 1, max: 4 }), async (list, seed, concurrency) => {
        const said = new Map(list.map(({ id }) => [id, [] as number[]]))
        const drafter = arbitraryDrafter(seed)
        const counts = await play({
          requests: list,
          drafter,
          policy: fixedLength(4),
          cost,
          concurrency,
          onStep: (request, step) => said.get(request.id)?.push(...step.tokens),
        })

        expect([...said.values()]).toEqual(list.map(({ output }) => [...output]))
        expect(counts).toEqual(await recount(list, drafter, 4))
        accepted += counts.acceptedTokens
      }),
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('has up to `concurrency` requests open, of each session one at a time and in order', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 4 }), async (list, concurrency) => {
        const open = new Set<TraceRequest>()
        const begun: TraceRequest[] = []
        await play({
          requests: list,
          drafter: lookupDrafter(),
          policy: fixedLength(4),
          cost,
          concurrency,
          onStep(request, { index, finish }) {
            if (index === 0) begun.push(request)
            open.add(request)
            const sessions = [...open].map(({ session }) => session).filter((session) => session !== undefined)
            expect(open.size).toBeLessThanOrEqual(concurrency)
            expect(new Set(sessions).size).toBe(sessions.length)
            if (finish !== '') open.delete(request)
          },
        })
        for (const session of ['a', 'b'])
          expect(begun.filter((request) => request.session === session)).toEqual(
            list.filter((request) => request.session === session),
          )
      }),
    )
  })

  it('interleaves the open requests step by step', async () => {
    const one = (id: string): TraceRequest => ({ id, prompt: Int32Array.of(1), output: Int32Array.of(2, 3) })
    const order: string[] = []
    await play({
      requests: ['a', 'b', 'c'].map(one),
      drafter: textDrafter('silent', () => new Int32Array()),
      policy: fixedLength(4),
      cost,
      concurrency: 2,
      onStep: ({ id }, { index }) => order.push(`${id}${index}`),
    })

    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'c0', 'c1'])
  })

  it('needs one step for each draft of the oracle, also of two requests with one prompt', async () => {
    const list = [4, 5].map((last) => ({
      id: `${last}`,
      prompt: Int32Array.of(1),
      output: Int32Array.from([...new Array<number>(8).fill(2), last]),
    }))
    const counts = await play({
      requests: list,
      drafter: oracleDrafter(list),
      policy: fixedLength(64),
      cost,
      concurrency: 1,
    })

    expect(counts).toMatchObject({ steps: 2, outputTokens: 18, draftedTokens: 18, acceptedTokens: 16 })
    expect(speedup(counts, cost)).toBeCloseTo(18 / (2 + 0.1 * 18), 12)
  })

  it('fails when the drafter does', async () => {
    const drafter = textDrafter('broken', () => {
      throw new Error('no memory')
    })
    const list = [{ id: 'first', prompt: Int32Array.of(1), output: Int32Array.of(2, 3) }]

    await expect(play({ requests: list, drafter, policy: fixedLength(4), cost, concurrency: 1 })).rejects.toThrow(
      'first: the drafter "broken" was dropped at draft(): no memory',
    )
  })

  it('stops when it is cancelled', async () => {
    const controller = new AbortController()
    const list = [{ id: 'first', prompt: Int32Array.of(1), output: new Int32Array(100) }]
    let steps = 0
    const played = play({
      requests: list,
      drafter: lookupDrafter(),
      policy: fixedLength(1),
      cost,
      concurrency: 1,
      signal: controller.signal,
      onStep: () => {
        steps += 1
        if (steps === 3) controller.abort()
      },
    })

    await expect(played).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(steps).toBe(3)
  })
})
