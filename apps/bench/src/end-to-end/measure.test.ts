import { describe, expect, it } from 'vitest'
import type { Contestant, TextRun } from './contestant.js'
import { measure } from './measure.js'

const answer = Int32Array.of(1, 2, 3, 4)
const questions = ['one', 'two'].map((id) => ({ id, prompt: Int32Array.of(9), answer }))
const signal = new AbortController().signal

function contestant(engine: string, drafter: string, run: Partial<TextRun>, order: string[] = []): Contestant {
  const whole = { tokens: answer, promptMs: 10, timedTokens: 4, draftedTokens: 0, acceptedTokens: 0, ...run }
  return {
    engine,
    drafter,
    async write() {
      order.push(`${engine} ${drafter}`)
      return { generateMs: 40, ...whole }
    },
  }
}

function rowsOf(contestants: readonly Contestant[], repetitions = 2) {
  return measure({ contestants, questions, repetitions, onProgress: () => {}, signal })
}

describe('measure', () => {
  it('compares each drafter with the plain decoding of its own engine', async () => {
    const rows = await rowsOf([
      contestant('slow', 'plain', { generateMs: 80 }),
      contestant('fast', 'plain', { generateMs: 20 }),
      contestant('slow', 'lookup', { generateMs: 40, draftedTokens: 5, acceptedTokens: 2 }),
    ])

    expect(rows.map((row) => [row.tokensPerSecond.median, row.speedup.median])).toEqual([
      [50, 1],
      [200, 1],
      [100, 2],
    ])
    expect(rows[2]).toMatchObject({ tokensPerStep: 2, draftedTokens: 20, acceptedTokens: 8, totalMs: { median: 50 } })
  })

  it('compares question by question', async () => {
    let call = 0
    const uneven = contestant('a', 'lookup', {})
    // Twice as fast, then half as fast, in each round.
    const write = async () => ({ ...(await uneven.write({} as never)), generateMs: call++ % 2 === 0 ? 20 : 80 })
    const [, row] = await rowsOf([contestant('a', 'plain', {}), { ...uneven, write }])
    expect(row?.speedups).toEqual({ one: 2, two: 0.5 })
    expect(row?.speedup.median).toBeCloseTo(0.8)
  })

  it('counts the tokens that came within the time', async () => {
    const [row] = await rowsOf([contestant('server', 'plain', { generateMs: 30, timedTokens: 3 })])
    expect(row?.tokensPerSecond.median).toBe(100)
  })

  it('says how many texts are those of plain decoding', async () => {
    const [same, other, short] = await rowsOf([
      contestant('a', 'plain', {}),
      contestant('a', 'lookup', { tokens: Int32Array.of(1, 2, 3, 5) }),
      contestant('b', 'plain', { tokens: Int32Array.of(1, 2, 3) }),
    ])
    expect([same?.sameTexts, other?.sameTexts, short?.sameTexts]).toEqual([2, 0, 0])
  })

  it('lets each come first in turn', async () => {
    const order: string[] = []
    await rowsOf([contestant('a', 'plain', {}, order), contestant('b', 'plain', {}, order)])
    expect(order.map(([first]) => first).join('')).toBe('abbaabba')
  })
})
