import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { Clock, Complete } from '../ports.js'
import { isSameModel } from './blinding.js'
import { randomMarker } from './fence.js'
import type { JudgeBudget, TokenPrice } from './judge-budget.js'
import {
  type AnswerScore,
  type ComparedAnswers,
  compareTwice,
  type JudgeCore,
  type JudgeRequest,
  scoreOnce,
} from './judge-requests.js'
import type { JudgedAnswer, JudgedPrompt } from './judged.js'
import { pacedComplete } from './paced-complete.js'
import { patientComplete } from './patient-complete.js'
import { systemClock } from './system-clock.js'
import { timedComplete } from './timed-complete.js'
import type { VerdictCache } from './verdict-cache.js'

/** Options of {@link llmJudge}. */
export interface LlmJudgeOptions {
  /** Name of the judging model, which says whom it may not judge and is part of every verdict's address. */
  readonly model: string
  /** Asks the model. */
  readonly complete: Complete
  /**
   * Whether it may judge answers of its own.
   * @defaultValue false
   */
  readonly allowSelfJudging?: boolean
  /**
   * Where verdicts are kept; a run that was cut off goes on from there.
   * @defaultValue nowhere
   */
  readonly cache?: VerdictCache
  /**
   * What it may spend.
   * @defaultValue no limit
   */
  readonly budget?: JudgeBudget
  /**
   * What it costs.
   * @defaultValue nothing
   */
  readonly price?: TokenPrice
  /**
   * Most requests a minute (1 or more).
   * @defaultValue no limit
   */
  readonly requestsPerMinute?: number
  /**
   * Most milliseconds of one reply (1 or more).
   * @defaultValue 300_000
   */
  readonly timeoutMs?: number
  /**
   * Most attempts where the server fails (1 to 100).
   * @defaultValue 6
   */
  readonly maxAttempts?: number
  /**
   * Most replies that are read until one is a verdict (1 to 20).
   * @defaultValue 3
   */
  readonly maxReplies?: number
  /**
   * Most tokens of a reply, its thinking included (16 or more).
   * @defaultValue 2048
   */
  readonly maxTokens?: number
  /**
   * Sampling temperature (0 to 2).
   * @defaultValue 0
   */
  readonly temperature?: number
  /**
   * Longest task, reference or answer that is shown whole, in characters (100 or more).
   * @defaultValue 40_000
   */
  readonly maxCharacters?: number
  /**
   * Tells the time.
   * @defaultValue the machine's
   */
  readonly clock?: Clock
  /**
   * Makes the markers round what is judged; they must not be foreseeable.
   * @defaultValue 128 random bits
   */
  readonly marker?: () => string
}

/** A language model that judges. */
export interface LlmJudge {
  readonly model: string
  /** Scores an answer from 0 to 3. */
  score(prompt: JudgedPrompt, candidate: JudgedAnswer, request?: JudgeRequest): Promise<AnswerScore>
  /** Compares two answers in both orders. */
  compare(
    prompt: JudgedPrompt,
    first: JudgedAnswer,
    second: JudgedAnswer,
    request?: JudgeRequest,
  ): Promise<ComparedAnswers>
}

/** A judge from a model: patient with servers, deaf to what answers tell it, and never its own judge unless told. */
export function llmJudge(options: LlmJudgeOptions): LlmJudge {
  const { model, allowSelfJudging = false, maxReplies = 3, maxTokens = 2048, maxCharacters = 40_000 } = options
  const { temperature = 0, marker = randomMarker, cache } = options
  assertInteger('maxReplies', maxReplies, { min: 1, max: 20 })
  assertInteger('maxTokens', maxTokens, { min: 16, max: 1_000_000 })
  assertInteger('maxCharacters', maxCharacters, { min: 100, max: 10_000_000 })
  if (!(temperature >= 0 && temperature <= 2)) {
    throw new SpeculationError('ERR_OPTION_INVALID', `temperature must be from 0 to 2, got ${temperature}`)
  }
  const complete = wired(options)
  const core: JudgeCore = { model, complete, maxReplies, maxTokens, maxCharacters, temperature, marker, cache }
  const assertForeign = (...candidates: readonly JudgedAnswer[]): void => {
    const own = candidates.find((candidate) => isSameModel(candidate.model, model))
    if (own === undefined || allowSelfJudging) return
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `${model} may not judge answers of ${own.model}, which is the same model; take another judge or allow self-judging`,
      { details: { judge: model, candidate: own.model } },
    )
  }
  return {
    model,
    async score(prompt, candidate, request = {}) {
      assertForeign(candidate)
      return scoreOnce(core, { prompt, candidate, request })
    },
    async compare(prompt, first, second, request = {}) {
      assertForeign(first, second)
      return compareTwice(core, { prompt, first, second, request })
    },
  }
}

function wired(options: LlmJudgeOptions): Complete {
  const { clock = systemClock, timeoutMs = 300_000, maxAttempts = 6, requestsPerMinute, budget, price } = options
  const timed = timedComplete(options.complete, timeoutMs, clock)
  const paced = requestsPerMinute === undefined ? timed : pacedComplete(timed, requestsPerMinute, clock)
  const patient = patientComplete(paced, { clock, maxAttempts })
  return budget === undefined ? patient : budget.guard(patient, price)
}
