import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { Choice } from '../agreement/judge-measurement.js'
import type { Score } from '../check-result.js'
import { isSameModel } from './blinding.js'
import type { AnswerScore, ComparedAnswers, JudgeRequest } from './judge-requests.js'
import type { JudgedAnswer, JudgedPrompt } from './judged.js'
import type { LlmJudge } from './llm-judge.js'

/** Options of {@link jury}. */
export interface JuryOptions {
  readonly judges: readonly LlmJudge[]
  /**
   * Judges that must have judged (1 up to their number).
   * @defaultValue more than half of them
   */
  readonly quorum?: number
}

/** The verdicts of a jury and what they come to. */
export interface JuryResult<Outcome, Verdict> {
  readonly outcome: Outcome
  readonly verdicts: readonly { readonly judge: string; readonly verdict: Verdict }[]
  /** Judges that did not judge, with the reason. */
  readonly missing: readonly { readonly judge: string; readonly reason: string }[]
}

/** Several judges as one. */
export interface Jury {
  /** Names of the judges, sorted. */
  readonly models: readonly string[]
  /** The median score, the lower of two; judges do not judge their own model. */
  score(prompt: JudgedPrompt, candidate: JudgedAnswer, request?: JudgeRequest): Promise<JuryResult<Score, AnswerScore>>
  /** What more than half of the judges chose, or a tie. */
  compare(
    prompt: JudgedPrompt,
    first: JudgedAnswer,
    second: JudgedAnswer,
    request?: JudgeRequest,
  ): Promise<JuryResult<Choice, ComparedAnswers>>
}

/** A jury; a judge that fails is left out and named, as long as the quorum judged. */
export function jury({ judges, quorum = Math.floor(judges.length / 2) + 1 }: JuryOptions): Jury {
  assertInteger('judges.length', judges.length, { min: 1, max: 100 })
  assertInteger('quorum', quorum, { min: 1, max: judges.length })
  if (judges.some(({ model }, index) => judges.slice(0, index).some((other) => isSameModel(other.model, model)))) {
    throw new SpeculationError('ERR_OPTION_INVALID', 'the judges of a jury must be different models')
  }
  return {
    models: judges.map(({ model }) => model).sort(),
    async score(prompt, candidate, request) {
      const heard = await hear(judges, quorum, (judge) => judge.score(prompt, candidate, request))
      const sorted = heard.verdicts.map(({ verdict }) => verdict.score).sort((a, b) => a - b)
      return { ...heard, outcome: sorted[Math.floor((sorted.length - 1) / 2)] as Score }
    },
    async compare(prompt, first, second, request) {
      const heard = await hear(judges, quorum, (judge) => judge.compare(prompt, first, second, request))
      const votes = (choice: Choice): number => heard.verdicts.filter(({ verdict }) => verdict.winner === choice).length
      const winner = (['first', 'second'] as const).find((choice) => 2 * votes(choice) > heard.verdicts.length)
      return { ...heard, outcome: winner ?? 'tie' }
    },
  }
}

async function hear<Verdict>(
  judges: readonly LlmJudge[],
  quorum: number,
  ask: (judge: LlmJudge) => Promise<Verdict>,
): Promise<Pick<JuryResult<never, Verdict>, 'verdicts' | 'missing'>> {
  const results = await Promise.allSettled(judges.map(ask))
  const named = results.map((result, index) => ({ result, judge: (judges[index] as LlmJudge).model }))
  const missing = named.flatMap(({ result, judge }) =>
    result.status === 'rejected' ? [{ judge, error: result.reason }] : [],
  )
  // Money, the caller and faults of this program are not a judge's to fail by.
  const fatal = missing.find(({ error }) => !isJudgeFailure(error))
  if (fatal !== undefined) throw fatal.error
  const verdicts = named.flatMap(({ result, judge }) => {
    return result.status === 'fulfilled' ? [{ judge, verdict: result.value }] : []
  })
  const reasons = missing.map(({ judge, error }) => ({ judge, reason: (error as Error).message }))
  if (verdicts.length >= quorum) return { verdicts, missing: reasons }
  throw new SpeculationError(
    'ERR_ENGINE_LOST',
    `${verdicts.length} of ${judges.length} judges judged, ${quorum} are needed: ${reasons.map(({ reason }) => reason).join('; ')}`,
  )
}

/** More failures in a row than a judge's bad luck: its server is gone or refuses the key. */
export const maxFailuresInRow = 3

/** Whether a judge failed: it cannot be reached, gives no verdict, has no room for the text, or would judge itself. */
export function isJudgeFailure(error: unknown): error is SpeculationError {
  if (SpeculationError.is(error, 'ERR_OPTION_INVALID')) return 'judge' in error.details
  return SpeculationError.is(error, 'ERR_ENGINE_LOST') || SpeculationError.is(error, 'ERR_CONTEXT_FULL')
}
