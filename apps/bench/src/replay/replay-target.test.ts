import type { Target, Tokens } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayTarget } from './replay-target.js'
import { betaCost } from './step-cost.js'

const text = fc.array(fc.nat(2), { minLength: 1, maxLength: 24 }).map((tokens) => Int32Array.from(tokens))
// Three tokens only, so that drafts are often partly right.
const drafts = fc.array(fc.array(fc.nat(2), { maxLength: 6 }), { minLength: 1, maxLength: 24 })

/** What the target says when these are drafted, round after round, then nothing. */
async function said(target: Target, rounds: readonly (readonly number[])[]): Promise<number[]> {
  await using session = await target.open(Int32Array.of(7))
  const tokens: number[] = []
  for (let round = 0; ; round++) {
    const draft = Int32Array.from(rounds[round] ?? [])
    const { accepted, next, end, width } = await session.verify(draft)
    expect(width).toBe(draft.length + 1)
    tokens.push(...draft.subarray(0, accepted), next)
    expect(session.depth).toBe(1 + tokens.length)
    if (end !== '') return tokens
  }
}

/** Whatever is drafted, the target says the recorded output. */
async function exactness(create: (output: Tokens) => Target): Promise<void> {
  await fc.assert(
    fc.asyncProperty(text, drafts, async (output, rounds) => {
      expect(await said(create(output), rounds)).toEqual([...output])
    }),
  )
}

describe('replayTarget', () => {
  it('says the recorded output whatever is drafted', () => exactness((output) => replayTarget(output, betaCost(0.1))))

  it('a target that takes a wrong token is caught', async () => {
    const lenient = (output: Tokens): Target => {
      const target = replayTarget(output, betaCost(0.1))
      return {
        ...target,
        async open(prompt) {
          const session = await target.open(prompt)
          const verify = session.verify.bind(session)
          return Object.assign(session, {
            // It takes the first token as it is drafted.
            verify: (draft: Tokens) =>
              verify(draft).then((verdict) => ({ ...verdict, accepted: Math.min(1, draft.length) })),
          })
        },
      }
    }
    await expect(exactness(lenient)).rejects.toThrow()
  })

  it('takes of a draft what was recorded, and counts all of it', async () => {
    await using session = await replayTarget(Int32Array.of(1, 2, 3, 4), betaCost(0.5)).open(Int32Array.of(9))

    expect(await session.verify(Int32Array.of(1, 2, 9))).toEqual({
      accepted: 2,
      next: 3,
      end: '',
      width: 4,
      verifyMs: 50,
    })
    expect(await session.verify(Int32Array.of(4, 5))).toMatchObject({
      accepted: 0,
      next: 4,
      end: 'end-of-text',
      width: 3,
    })
    await expect(session.verify(new Int32Array())).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
  })
})
