import { configurationText, isIndependent } from '../measurements/configurations.js'
import { modelOf, selects } from '../measurements/find-in-registry.js'
import { implausibilities } from '../measurements/implausible.js'
import { figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import type { PairResult, RegistryModel } from '../registry-file/registry-models.js'
import { type Answer, answer } from './answer.js'

/** A draft model for a target. */
export interface DraftChoice {
  readonly draft: string
  /** The newest verdict of a source, or `works` where it was measured to help. */
  readonly verdict: 'works' | 'fails' | 'disputed'
  /** Best speed-up that the machine can have brought; absent where none was measured. */
  readonly speedup?: number
  /** Best speed that it can have brought, in tokens a second. */
  readonly tokensPerSecond?: number
  readonly reasons: readonly string[]
}

/** Which models draft for a target, the best first, and why the others do not. */
export function draftsFor(registry: Registry, target: string): Answer<readonly DraftChoice[]> {
  const model = modelOf(registry, target)
  const measured = registry.measurements.filter((one) => one.model === model.id && isIndependent(registry, one))
  const choices = registry.models
    .map((draft) => ({
      draft,
      runs: measured.filter((one) => one.draft === draft.id),
      pairs: pairsOf(registry, model, draft).filter(({ draft: drafts }) => drafts.model !== undefined),
    }))
    .filter(({ draft, runs, pairs }) => draft.id !== model.id && runs.length + pairs.length > 0)
  return answer(
    choices.map(({ draft, runs, pairs }) => choiceOf(registry, draft, { runs, pairs })).toSorted(byBenefit),
    choices.flatMap(({ runs, pairs }) => [...runs, ...pairs].map(({ source }) => source)),
  )
}

/** Why a draft model is not used for a target, the newest reason first; nothing where nothing speaks against it. */
export function whyNot(registry: Registry, target: string, draft: string): Answer<readonly string[]> {
  const [model, drafter] = [modelOf(registry, target), modelOf(registry, draft)]
  const against = [
    ...pairsOf(registry, model, drafter)
      .filter(({ verdict }) => verdict === 'fails')
      .map(({ reason, source, date }) => ({ reason, source, date })),
    ...registry.constraints
      .filter(
        (one) =>
          one.forbids !== 'lookup' && selects(one, model) && (one.forbids !== 'text-draft' || drafter.vision !== true),
      )
      .map(({ instead, source, date }) => ({ reason: `it must not draft: ${instead}`, source, date })),
    ...registry.deprecations
      .filter((one) => one.model === drafter.id && one.variant === undefined && one.experts === undefined)
      .map(({ reason, source, date }) => ({ reason: `${drafter.id}: ${reason}`, source, date })),
  ].toSorted((a, b) => b.date.localeCompare(a.date))
  return answer(
    [...new Set(against.map(({ reason }) => reason))],
    against.map(({ source }) => source),
  )
}

/** Draft length of the fastest run with a draft model that the machine can have brought. */
export function bestDraftTokens(registry: Registry, target: string): Answer<number | undefined> {
  const { id } = modelOf(registry, target)
  const [best] = registry.measurements
    .filter((one) => one.model === id && one.draft !== undefined && one.maxDraftTokens !== undefined)
    .filter((one) => one.tokensPerSecond !== undefined && isIndependent(registry, one) && isPlausible(registry, one))
    .toSorted((a, b) => figureValue(b.tokensPerSecond ?? 0) - figureValue(a.tokensPerSecond ?? 0))
  return answer(best?.maxDraftTokens, [best?.source])
}

function pairsOf({ pairs }: Registry, target: RegistryModel, draft: RegistryModel): PairResult[] {
  return pairs
    .filter((pair) => selects(pair.target, target) && selects(pair.draft, draft))
    .toSorted((a, b) => b.date.localeCompare(a.date))
}

interface Evidence {
  readonly runs: readonly Measurement[]
  readonly pairs: readonly PairResult[]
}

function choiceOf(registry: Registry, draft: RegistryModel, { runs, pairs }: Evidence): DraftChoice {
  const plausible = runs.filter((one) => isPlausible(registry, one))
  const speedup = most(plausible.flatMap((one) => (one.speedup === undefined ? [] : [figureValue(one.speedup)])))
  const speed = most(
    plausible.flatMap((one) => (one.tokensPerSecond === undefined ? [] : [figureValue(one.tokensPerSecond)])),
  )
  const helped = runs.some(({ outcome, speedup: factor }) => outcome === undefined && factor !== undefined)
  const failed = pairs.some(({ verdict }) => verdict === 'fails') || runs.some(({ outcome }) => outcome !== undefined)
  const doubts = runs.flatMap((one) =>
    implausibilities(registry, one).map(
      ({ value, because }) => `${configurationText(one)}: ${value} is too much, ${because}`,
    ),
  )
  return {
    draft: draft.id,
    verdict: failed && helped ? 'disputed' : failed ? 'fails' : 'works',
    ...(speedup !== undefined && { speedup }),
    ...(speed !== undefined && { tokensPerSecond: speed }),
    reasons: [...new Set([...pairs.map(({ verdict, reason }) => `${verdict}: ${reason}`), ...doubts])],
  }
}

function isPlausible(registry: Registry, one: Measurement): boolean {
  return one.outcome === undefined && implausibilities(registry, one).length === 0
}

function most(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values)
}

function byBenefit(a: DraftChoice, b: DraftChoice): number {
  const rank = ({ verdict, speedup = 0, tokensPerSecond = 0 }: DraftChoice) =>
    (verdict === 'fails' ? -1000 : 0) + speedup + tokensPerSecond / 1000
  return rank(b) - rank(a)
}
