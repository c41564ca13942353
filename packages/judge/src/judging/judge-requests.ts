import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'
import type { Choice } from '../agreement/judge-measurement.js'
import { type Answer, isTruncated } from '../answer.js'
import type { Score } from '../check-result.js'
import { isEmpty } from '../checkers/degenerate.js'
import type { Message } from '../message.js'
import type { Complete } from '../ports.js'
import { askVerdict } from './ask-verdict.js'
import { compareMessages, type JudgePromptParts, judgePromptVersion, scoreMessages } from './judge-prompt.js'
import type { JudgedAnswer, JudgedPrompt } from './judged.js'
import { type PlaceVerdict, placeForm, scoreForm, type VerdictForm } from './verdict.js'
import { type VerdictCache, verdictKey } from './verdict-cache.js'

/** Options of one judgement. */
export interface JudgeRequest {
  /**
   * Which repetition it is; each has a seed and a place in the cache of its own (0 or more).
   * @defaultValue 0
   */
  readonly repetition?: number
  /** Cancels with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** A score with its reason. */
export interface AnswerScore {
  readonly score: Score
  readonly reason: string
  /** Whether the answer was cut off, so that it can have at most 2. */
  readonly truncated: boolean
}

/** A comparison in both orders. */
export interface ComparedAnswers {
  /** The choice of both orders; a tie where they differ. */
  readonly winner: Choice
  /** Whether both orders gave the same choice. */
  readonly consistent: boolean
  /** The choice with the first candidate shown first, and with the second shown first. */
  readonly forward: Choice
  readonly backward: Choice
  readonly reasons: readonly [string, string]
}

/** What every request of a judge needs. */
export interface JudgeCore {
  readonly model: string
  readonly complete: Complete
  readonly maxReplies: number
  readonly maxTokens: number
  readonly maxCharacters: number
  readonly temperature: number
  readonly marker: () => string
  readonly cache: VerdictCache | undefined
}

/** Asks for the score of an answer; an empty one is 0 without asking, a truncated one at most 2. */
export async function scoreOnce(
  core: JudgeCore,
  { prompt, candidate, request }: { prompt: JudgedPrompt; candidate: JudgedAnswer; request: JudgeRequest },
): Promise<AnswerScore> {
  const { answer } = candidate
  const truncated = isTruncated(answer)
  if (isEmpty(answer)) return { score: 0, reason: 'The answer is empty.', truncated }
  const shown = { prompt, answers: [answer], names: [candidate.model, core.model] }
  const { reason, score } = await verdictOf(core, { ...shown, request, form: scoreForm, messages: scoreMessages })
  return truncated && score === 3 ? { score: 2, reason, truncated } : { score, reason, truncated }
}

/** Asks in both orders which answer is better. */
export async function compareTwice(
  core: JudgeCore,
  {
    prompt,
    first,
    second,
    request,
  }: { prompt: JudgedPrompt; first: JudgedAnswer; second: JudgedAnswer; request: JudgeRequest },
): Promise<ComparedAnswers> {
  const names = [first.model, second.model, core.model]
  const ask = (answers: readonly Answer[]): Promise<PlaceVerdict> =>
    verdictOf(core, { prompt, answers, names, request, form: placeForm, messages: compareMessages })
  const ahead = await ask([first.answer, second.answer])
  const behind = await ask([second.answer, first.answer])
  const forward = ({ A: 'first', B: 'second', tie: 'tie' } as const)[ahead.winner]
  const backward = ({ A: 'second', B: 'first', tie: 'tie' } as const)[behind.winner]
  const consistent = forward === backward
  return { winner: consistent ? forward : 'tie', consistent, forward, backward, reasons: [ahead.reason, behind.reason] }
}

// No character at all, so that no text can hold it.
const keyMarker = '\uffff'

interface VerdictRequest<Verdict> {
  readonly prompt: JudgedPrompt
  readonly answers: readonly Answer[]
  readonly names: readonly string[]
  readonly request: JudgeRequest
  readonly form: VerdictForm<Verdict>
  readonly messages: (parts: JudgePromptParts) => readonly Message[]
}

async function verdictOf<Verdict>(core: JudgeCore, asked: VerdictRequest<Verdict>): Promise<Verdict> {
  const { model, complete, maxReplies, maxTokens, maxCharacters, temperature, cache } = core
  const { signal, repetition: seed = 0 } = asked.request
  const settings = { version: judgePromptVersion, model, maxTokens, temperature, seed }
  // Rendered with a marker that is always the same: the text that the judge reads, and nothing that changes by chance.
  const parts = { prompt: asked.prompt, answers: asked.answers, names: asked.names, maxCharacters }
  const key = verdictKey({
    ...settings,
    form: asked.form.json,
    messages: asked.messages({ ...parts, marker: keyMarker }),
  })
  const known = z.safeParse(asked.form.schema, await cache?.get(key))
  if (known.success) return known.data
  const request = { maxTokens, temperature, seed, ...(signal !== undefined && { signal }) }
  try {
    signal?.throwIfAborted()
    const messages = asked.messages({ ...parts, marker: core.marker() })
    const verdict = await askVerdict(complete, messages, { form: asked.form, name: model, maxReplies, request })
    await cache?.set(key, verdict)
    return verdict
  } catch (cause) {
    if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', `${model} was cancelled while it judged`, { cause })
    throw cause
  }
}
