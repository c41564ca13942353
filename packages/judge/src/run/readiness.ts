import { type AnswerRow, isPass } from '../store/answer-row.js'
import type { Tier } from '../suite.js'

/** What a model is to do: carry out tasks, or hand them out. */
export type ReadinessRole = 'worker' | 'orchestrator'

/** Shares of answers that must pass, tier by tier (0 to 1); tiers that are not named may fail. */
export const readinessThresholds: Readonly<Record<ReadinessRole, Readonly<Partial<Record<Tier, number>>>>> = {
  worker: { T1: 1, T2: 0.75 },
  orchestrator: { T1: 1, T2: 1, T3: 0.75 },
}

/** Answers of one tier. */
export interface TierResult {
  readonly answers: number
  readonly passed: number
  /** Answers without a score; for readiness they count as not passed. */
  readonly unscored: number
}

/** Whether a model is ready for a role. */
export interface RoleReadiness {
  readonly ready: boolean
  /** What is missing, a sentence for each tier; empty where it is ready. */
  readonly missing: readonly string[]
}

/** What a model passes, and what it is ready for. */
export interface Readiness {
  /** A tier that was not asked has no answers. */
  readonly tiers: Readonly<Record<Tier, TierResult>>
  readonly roles: Readonly<Record<ReadinessRole, RoleReadiness>>
}

/** The readiness that the answers of one model in one configuration show, of one run or several. */
export function readinessOf(rows: readonly AnswerRow[]): Readiness {
  const tierOf = (tier: Tier): TierResult => {
    const answers = rows.filter((row) => row.tier === tier)
    return {
      answers: answers.length,
      passed: answers.filter(isPass).length,
      unscored: answers.filter(({ score }) => score === undefined).length,
    }
  }
  const tiers = { T1: tierOf('T1'), T2: tierOf('T2'), T3: tierOf('T3') }
  return {
    tiers,
    roles: { worker: roleReadiness('worker', tiers), orchestrator: roleReadiness('orchestrator', tiers) },
  }
}

function roleReadiness(role: ReadinessRole, tiers: Readiness['tiers']): RoleReadiness {
  const thresholds = Object.entries(readinessThresholds[role]) as readonly (readonly [Tier, number])[]
  const missing = thresholds.flatMap(([tier, share]) => {
    const { answers, passed } = tiers[tier]
    if (answers === 0) return [`${tier} was not asked`]
    // Quarters and wholes of whole numbers are exact.
    if (passed >= share * answers) return []
    return [`${tier}: ${passed} of ${answers} passed, ${Math.ceil(share * answers)} are needed`]
  })
  return { ready: missing.length === 0, missing }
}
