import { costCurve, fixedLength, goodputPolicy, plannedLength, windowedLength } from '@foretoken/adaptive-k'
import { type LengthPolicy, SpeculationError } from '@foretoken/contract'
import type { StepCost } from './step-cost.js'

/** A length policy as the bench knows it. */
interface PolicyEntry {
  /** Whether it decides by cost: it is then replayed once for each. */
  readonly readsCost: boolean
  readonly create: (cost: StepCost) => LengthPolicy
}

/** Every policy that can be replayed, by its name on the command line; `fixed:K` besides. */
const policies: ReadonlyMap<string, PolicyEntry> = new Map<string, PolicyEntry>([
  ['windowed', { readsCost: false, create: () => windowedLength() }],
  ['beta', { readsCost: true, create: ({ points }) => plannedLength(costCurve(points)) }],
  ['goodput', { readsCost: true, create: ({ points }) => goodputPolicy(costCurve(points)) }],
])

export const policyNames: readonly string[] = ['fixed:K', ...policies.keys()]

/** One way to decide lengths that is replayed. */
export interface PolicyRun {
  /** The policy's name, with its length or cost, e.g. `"fixed:8"` or `"beta:0.1"`. */
  readonly label: string
  /** What the target says that its steps take. */
  readonly cost: StepCost
  readonly create: () => LengthPolicy
}

/** The runs that a policy's name stands for. */
export function policyRuns(name: string, costs: readonly [StepCost, ...StepCost[]]): PolicyRun[] {
  const length = /^fixed:(\d{1,3})$/.exec(name)?.[1]
  if (length !== undefined) return [{ label: name, cost: costs[0], create: () => fixedLength(Number(length)) }]
  const entry = policies.get(name)
  if (entry === undefined)
    throw new SpeculationError('ERR_OPTION_INVALID', `--policy takes ${policyNames.join(', ')}; got "${name}"`)
  if (!entry.readsCost) return [{ label: name, cost: costs[0], create: () => entry.create(costs[0]) }]
  return costs.map((cost) => ({ label: `${name}:${cost.name}`, cost, create: () => entry.create(cost) }))
}
