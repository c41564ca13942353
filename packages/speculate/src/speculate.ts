import {
  assertContractVersion,
  assertInteger,
  type Finish,
  SpeculationError,
  type Step,
  type TargetSession,
  type Tokens,
  type Verdict,
} from '@foretoken/contract'
import { Drafting, NO_PROPOSAL, type Outcome } from './drafting.js'
import type { SpeculateOptions } from './speculate-options.js'
import type { Writable } from './writable.js'

/**
 * Runs one request: opens a session of the target and one of the drafter, yields every step as it is committed, and
 * disposes of both sessions however the text ends.
 *
 * The tokens are those the target alone would produce, whatever the drafter and the policy do. Errors of the target,
 * of the policy and of `keep` pass through; those of the drafter never do.
 *
 * Speculative decoding: Leviathan et al., ICML 2023 (arXiv 2211.17192); llama.cpp `common_speculative_draft`,
 * `common_sampler_sample_and_accept_n`.
 */
export function speculate(options: SpeculateOptions): AsyncGenerator<Step, void, void> {
  const { target, prompt, drafter, policy, maxTokens, draftTimeoutMs = 50 } = options
  assertInteger('the number of prompt tokens', prompt.length, { min: 1, max: 2 ** 31 - 1 })
  if (maxTokens !== undefined) assertInteger('maxTokens', maxTokens, { min: 1, max: Number.MAX_SAFE_INTEGER })
  assertInteger('draftTimeoutMs', draftTimeoutMs, { min: 1, max: 2 ** 31 - 1 })
  assertContractVersion({ name: 'the target', contractVersion: target.contractVersion })
  if (drafter !== undefined) assertContractVersion(drafter)
  if (policy !== undefined) assertContractVersion(policy)
  return run(options)
}

async function* run(options: SpeculateOptions): AsyncGenerator<Step, void, void> {
  throwIfAborted(options.signal)
  const opening = openTarget(options)
  // Whoever waits for it hears of its failure.
  opening.catch(() => {})
  let drafting: Drafting | undefined
  let failed = false
  try {
    let leftTokens = options.maxTokens ?? Number.POSITIVE_INFINITY
    drafting = openDrafting(options)
    // While the target evaluates the prompt the drafter reads it, too, and drafts.
    drafting?.prepare(options.prompt.length, leftTokens - 1)
    const session = await opening
    let finish: Finish = ''
    for (let index = 0; finish === ''; index++) {
      const outcome = await nextOutcome(options, { session, drafting, leftTokens })
      leftTokens -= outcome.tokens.length
      finish = finishOf(outcome, leftTokens)
      yield stepOf(outcome, { index, finish, dropped: droppedBecause(options, drafting) })
    }
  } catch (error) {
    failed = true
    throw error
  } finally {
    await drafting?.[Symbol.asyncDispose]()
    await closeTarget(opening, failed)
  }
}

interface Parts {
  readonly session: TargetSession
  readonly drafting: Drafting | undefined
  readonly leftTokens: number
}

async function nextOutcome(
  { keep, signal }: SpeculateOptions,
  { session, drafting, leftTokens }: Parts,
): Promise<Outcome> {
  throwIfAborted(signal)
  const depth = session.depth
  // A promise that is not there is not waited for: where many texts share batches, each turn of them counts.
  const asked = drafting?.propose(depth, leftTokens - 1) ?? NO_PROPOSAL
  const proposal = asked instanceof Promise ? await asked : asked
  throwIfAborted(signal)
  const verdict = await unlessAborted(signal, session.verify(proposal.tokens, signal && { signal }))
  throwIfAborted(signal)
  const tokens = kept(committed(proposal.tokens, verdict), keep)
  const outcome = { proposal, verdict, tokens, depth }
  const told = drafting?.settle(outcome)
  if (told !== undefined) await told
  return outcome
}

function openDrafting(options: SpeculateOptions): Drafting | undefined {
  const { drafter, target } = options
  return drafter === undefined || target.rollback === 'none' ? undefined : new Drafting(drafter, options)
}

function droppedBecause({ drafter, target }: SpeculateOptions, drafting: Drafting | undefined): string | undefined {
  if (drafter === undefined || target.rollback !== 'none') return drafting?.dropped
  return `the drafter "${drafter.name}" was not used: the target cannot roll back rejected tokens`
}

/** The tokens that a verified draft adds to the text. */
function committed(draft: Tokens, { accepted, next }: Verdict): Tokens {
  const tokens = new Int32Array(accepted + 1)
  tokens.set(draft.subarray(0, accepted))
  tokens[accepted] = next
  return tokens
}

function kept(tokens: Tokens, keep: SpeculateOptions['keep']): Tokens {
  const count = keep?.(tokens) ?? tokens.length
  if (count >= tokens.length) return tokens
  assertInteger('what keep returns', count, { min: 0, max: tokens.length })
  return tokens.slice(0, count)
}

function finishOf({ verdict, tokens }: Outcome, leftTokens: number): Finish {
  if (tokens.length < verdict.accepted + 1) return 'stopped'
  if (verdict.end !== '') return verdict.end
  return leftTokens > 0 ? '' : 'max-tokens'
}

function stepOf(
  { proposal, verdict, tokens }: Outcome,
  { index, finish, dropped }: { index: number; finish: Finish; dropped: string | undefined },
): Step {
  const { draft, draftMs } = proposal
  const { accepted, width, batchWidth = 0, verifyMs, topGap, choices } = verdict
  const step: Writable<Step> = {
    index,
    tokens,
    drafter: draft.tokens.length === 0 ? '' : draft.drafter,
    proposedTokens: draft.tokens.length,
    draftedTokens: width - 1,
    acceptedTokens: accepted,
    width,
    draftMs,
    verifyMs,
    finish,
  }
  if (draft.probabilities !== undefined) step.probabilities = draft.probabilities.slice(0, width - 1)
  if (batchWidth > 0) step.batchWidth = batchWidth
  if (topGap !== undefined) step.topGap = topGap
  if (choices !== undefined) step.choices = choices.slice(0, tokens.length)
  if (dropped !== undefined) step.dropped = dropped
  return step
}

async function openTarget({ target, prompt, session, signal }: SpeculateOptions): Promise<TargetSession> {
  return unlessAborted(signal, target.open(prompt, { ...session, ...(signal !== undefined && { signal }) }))
}

/** An error of the target is the caller's cancellation once the signal has fired. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throwIfAborted(signal, error)
    throw error
  }
}

function throwIfAborted(signal: AbortSignal | undefined, cause: unknown = signal?.reason): void {
  if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled the text', { cause })
}

/** After a failure the first error is the one to tell. */
async function closeTarget(opening: Promise<TargetSession>, failed: boolean): Promise<void> {
  try {
    const session = await opening
    await session[Symbol.asyncDispose]()
  } catch (error) {
    if (!failed) throw error
  }
}
