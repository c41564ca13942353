import {
  NO_TOKENS,
  SpeculationError,
  type TargetSession,
  type TargetSessionOptions,
  type TokenId,
  type Tokens,
} from '@foretoken/contract'
import type { LoadedModel } from './model-types.js'
import type { RecordedStep, Recording } from './recorded-target.js'

/** Where a drafted text first differs from the plain one. */
export interface Divergence {
  /** Index of the token, 0 for the first one behind the prompt. */
  readonly index: number
  /**
   * By how much the two tokens' logits would have had to move between the two widths, at least: the lead of the best
   * token over the second, both widths added. Absent where it was not measured.
   */
  readonly gap?: number
  readonly proof: TieProof
}

/** Whether a difference is a tie: logits depend a little on how many tokens are decoded at once. */
export interface TieProof {
  readonly holds: boolean
  /** What the proof found. */
  readonly reason: string
  /** Tokens in the batch in which the drafted text decided; 0 where it decided nothing. */
  readonly width: number
  /** Largest change of the best token's lead between width 1 and `width` where both widths chose the same token. */
  readonly movement: number
  /** Tokens at which the movement was measured. */
  readonly samples: number
}

/** Two recordings of one prompt that part at `index`. */
export interface TieQuestion {
  readonly model: Pick<LoadedModel, 'openTarget'>
  readonly prompt: Tokens
  readonly plain: Recording
  readonly drafted: Recording
  readonly index: number
  /** How both texts were chosen; greedily where it is left out. */
  readonly session?: Pick<TargetSessionOptions, 'sampling' | 'grammar'> | undefined
  readonly signal?: AbortSignal | undefined
}

/** The movement is the largest of at most so many samples … */
const mostSamples = 16
/** … which underestimates it: what is rare in a text need not be among them. */
const movementMargin = 2

/**
 * Decodes the text up to the first difference again, in fresh contexts in which no draft was ever rolled back: one token
 * at a time, and with the last step in the drafted step's width. It is a tie only if each way chooses its own text's
 * token again, and by no more than the logits move between these widths elsewhere in the text. On a machine where they
 * do not move, nothing is a tie.
 */
export async function proveTie(question: TieQuestion): Promise<Divergence> {
  const { plain, drafted, index } = question
  const plainToken = plain.tokens[index]
  const draftedToken = drafted.tokens[index]
  const step = drafted.steps.findLast(({ start }) => start <= index)
  const width = step?.verdict.width ?? 0
  const refuted = (reason: string): Divergence => ({
    index,
    proof: { holds: false, reason, width, movement: 0, samples: 0 },
  })
  if (plainToken === undefined || draftedToken === undefined || step === undefined) {
    return refuted('one text ends where the other goes on')
  }
  const plainGap = await gapAgain(question, { given: 0, start: index, draft: NO_TOKENS, expected: plainToken })
  if (plainGap === undefined) return refuted('the plain token does not come again in a fresh context')
  const draft = undecided(step, { index, draftedToken, tokens: plain.tokens })
  const replay = { start: step.start, draft, expected: draftedToken }
  // The tokens before the step moved the logits, too, where they were decoded together: once apart, once together.
  const draftedGap =
    (await gapAgain(question, { ...replay, given: 0 })) ?? (await gapAgain(question, { ...replay, given: step.start }))
  if (draftedGap === undefined) return refuted('the drafted token does not come again in a fresh context')
  const gap = plainGap + draftedGap
  const { movement, samples } = await measureMovement(question, width)
  // Written so that an unknown gap, which is NaN, holds nothing.
  const holds = gap <= movementMargin * movement
  const reason = holds
    ? 'each width chooses its own token again, by less than the logits move between the widths'
    : 'the logits do not move enough between the widths for this gap'
  return { index, gap, proof: { holds, reason, width, movement, samples } }
}

interface Replay {
  /** Tokens of the text that are evaluated with the prompt; those from here to `start` one at a time. */
  readonly given: number
  readonly start: number
  readonly draft: Tokens
  readonly expected: TokenId
}

/** The best token's lead if a fresh context decides for `expected` behind the draft's accepted part, else undefined. */
async function gapAgain(question: TieQuestion, { given, start, draft, expected }: Replay): Promise<number | undefined> {
  const { plain, index } = question
  return afresh(question, given, async (session) => {
    for (let at = given; at < start; at++) if ((await session.verify(NO_TOKENS)).next !== plain.tokens[at]) return
    const { accepted, next, width, topGap = Number.NaN } = await session.verify(draft)
    return start + accepted === index && next === expected && width === draft.length + 1 ? topGap : undefined
  })
}

/**
 * The step's draft with another token where `draftedToken` was accepted, so that the target names its own choice there.
 * The logits at that place depend on the tokens before it only, and the width stays.
 */
function undecided(
  { start, draft }: RecordedStep,
  { index, draftedToken, tokens }: { index: number; draftedToken: TokenId; tokens: readonly TokenId[] },
): Tokens {
  if (draft[index - start] !== draftedToken) return draft
  return draft.with(index - start, otherToken(tokens, draftedToken) ?? draftedToken)
}

/** A token of the text other than `token`; never its last one, which may be an end of text and would cut a draft. */
function otherToken(tokens: readonly TokenId[], token: TokenId): TokenId | undefined {
  return tokens.slice(0, -1).find((other) => other !== token)
}

/** Decodes a stretch of the plain text again, each token beside a draft that is refused at once. */
async function measureMovement(
  question: TieQuestion,
  width: number,
): Promise<{ readonly movement: number; readonly samples: number }> {
  const { tokens, steps } = question.plain
  // The longer of the stretches before the difference and behind it.
  const before = question.index >= tokens.length / 2
  const start = before ? Math.max(0, question.index - mostSamples) : question.index + 1
  const end = before ? question.index : Math.min(tokens.length, start + mostSamples)
  return afresh(question, start, async (session) => {
    let movement = 0
    let samples = 0
    for (let index = start; index < end; index++) {
      const refused = otherToken(tokens, tokens[index] as TokenId)
      if (refused === undefined) break
      const verdict = await session.verify(new Int32Array(width - 1).fill(refused))
      if (verdict.next !== tokens[index] || verdict.width !== width) break
      const lead = steps[index]?.verdict.topGap
      if (verdict.topGap === undefined || lead === undefined) break
      movement = Math.max(movement, Math.abs(verdict.topGap - lead))
      samples++
    }
    return { movement, samples }
  })
}

/** A session of a fresh context behind the first `start` tokens, which both texts share. */
async function afresh<T>(
  { model, prompt, plain, session: sampling, signal }: TieQuestion,
  start: number,
  use: (session: TargetSession) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the comparison was cancelled')
  await using target = await model.openTarget()
  const prefix = Int32Array.from([...prompt, ...plain.tokens.slice(0, start)])
  await using session = await target.open(prefix, {
    ...sampling,
    reuse: 'none',
    // A grammar goes on behind what was written of the answer.
    ...(start > 0 && { answerTokens: start }),
    ...(signal && { signal }),
  })
  return await use(session)
}
