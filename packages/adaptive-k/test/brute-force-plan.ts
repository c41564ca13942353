import type { PlanCosts } from '../src/plan-cut.js'

/** What can come of verifying the first `cut` of some tokens. */
interface Outcome {
  readonly chance: number
  /** Tokens that this sequence commits. */
  readonly committed: number
  readonly seconds: number
  /** Whether the text went on as the draft does, the target's own token included. */
  readonly follows: boolean
}

/** Every outcome by itself, with the costs spelt out. */
function outcomes(chances: readonly number[], cut: number, { curve, batchWidth }: PlanCosts): Outcome[] {
  const verify = curve.seconds(batchWidth + 1 + cut)
  const product = (count: number) => chances.slice(0, count).reduce((left, right) => left * right, 1)
  const list: Outcome[] = []
  for (let accepted = 0; accepted < cut; accepted++)
    list.push({
      chance: product(accepted) * (1 - (chances[accepted] as number)),
      committed: accepted + 1,
      seconds: verify + curve.replaySeconds(accepted + 1),
      follows: false,
    })
  const bonus = chances[cut] ?? 0
  list.push({ chance: product(cut) * bonus, committed: cut + 1, seconds: verify, follows: true })
  list.push({ chance: product(cut) * (1 - bonus), committed: cut + 1, seconds: verify, follows: false })
  return list
}

/**
 * What verifying the first `cut` tokens is worth, every outcome and every later choice being followed to its end; in
 * steps without drafts, a step that stays on the draft counting for `offPath` of such a step more than one that does not.
 * O(2^tokens).
 */
export function worthOf(chances: readonly number[], cut: number, costs: PlanCosts, offPath: number): number {
  return worthAt(chances, cut, costs, offPath, 0)
}

function worthAt(chances: readonly number[], cut: number, costs: PlanCosts, offPath: number, perToken: number): number {
  const { curve, batchWidth, rate, secondsPerToken = 0 } = costs
  const plain = curve.seconds(batchWidth + 1)
  let worth = 0
  for (const { chance, committed, seconds, follows } of outcomes(chances, cut, costs)) {
    const heldUp = (seconds + cut * perToken - plain) / plain
    worth += chance * (committed - rate * (1 + heldUp * (batchWidth + 1)))
    const rest = chances.slice(cut + 1)
    if (!follows || rest.length === 0 || chance === 0) continue
    const choices = Array.from({ length: rest.length + 1 }, (_, next) =>
      worthAt(rest, next, costs, offPath, secondsPerToken),
    )
    worth += chance * (Math.max(...choices) - offPath * (1 - rate))
  }
  return worth
}
