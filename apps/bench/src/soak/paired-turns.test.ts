import { expect, test } from 'vitest'
import { isPlainTurn, pairedTurns, type TurnRates } from './paired-turns.js'

test('a machine that drifts does not change the ratio', () => {
  const speeds = [1, 1.3, 0.7, 2, 1.1, 0.9, 1.6, 1.2]
  const turns = Array.from({ length: 16 }, (_, turn): TurnRates => {
    const speed = (speeds[turn >> 1] ?? 0) * 1_000
    const tokensPerSecond = isPlainTurn(turn) ? speed : speed * 0.95
    return { off: isPlainTurn(turn), tokensPerSecond, tokensPerProcessorSecond: tokensPerSecond }
  })
  const paired = pairedTurns(turns, ({ tokensPerSecond }) => tokensPerSecond)
  expect(paired.ratio).toBeCloseTo(0.95, 9)
  expect(paired.interval[0]).toBeCloseTo(0.95, 9)
  expect(paired.interval[1]).toBeCloseTo(0.95, 9)
})

test('one strange pair moves the interval, not the median', () => {
  const ratios = [1, 1, 1, 1, 9]
  const turns = ratios.flatMap((ratio) => [rates(false, ratio), rates(true, 1)])
  const { ratio, interval } = pairedTurns(turns, ({ tokensPerSecond }) => tokensPerSecond)
  expect(ratio).toBe(1)
  expect(interval).toEqual([1, 9])
})

test('each kind of turn goes first as often, and a turn alone is left out', () => {
  expect(Array.from({ length: 8 }, (_, turn) => isPlainTurn(turn))).toEqual([
    ...[false, true, true, false],
    ...[false, true, true, false],
  ])
  expect(pairedTurns([rates(false, 2), rates(true, 1), rates(true, 7)], (turn) => turn.tokensPerSecond)).toMatchObject({
    drafting: [2],
    plain: [1, 7],
    ratio: 2,
  })
})

function rates(off: boolean, tokensPerSecond: number): TurnRates {
  return { off, tokensPerSecond, tokensPerProcessorSecond: tokensPerSecond }
}
