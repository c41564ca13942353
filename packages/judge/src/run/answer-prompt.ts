import { createHash } from 'node:crypto'
import { SpeculationError, type Tokens } from '@foretoken/contract'
import { isTruncated } from '../answer.js'
import { type CheckOptions, scoredCheck } from '../checkers/check.js'
import type { Clock, Complete, CompleteOptions, Completion } from '../ports.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { RunSampling } from '../store/run-record.js'
import { judgeNeeded } from '../store/verdict-row.js'
import type { SuitePrompt } from '../suite.js'
import { imageControl } from '../suites/image-control.js'
import { loadSuiteImages, type SuiteImages } from '../suites/suite-images.js'

/** What asking a prompt takes. */
export interface AnswerPromptOptions extends CheckOptions {
  readonly complete: Complete
  readonly clock: Clock
  readonly sampling: RunSampling
  /** Folder of the suite's file, for images. */
  readonly folder?: string
  readonly signal?: AbortSignal
}

/** Asks one prompt once and scores the answer. */
export async function answerPrompt(
  prompt: SuitePrompt,
  repetition: number,
  options: AnswerPromptOptions,
): Promise<AnswerRow> {
  const { complete, clock, signal } = options
  const request = requestOf(prompt, repetition, options)
  const images = await imagesOf(prompt, options.folder)
  const started = clock.now()
  const row = {
    promptId: prompt.id,
    tier: prompt.tier,
    repetition,
    startedAt: new Date(started).toISOString(),
  }
  let completion: Completion
  try {
    completion = await complete(prompt.messages, { ...request, ...(images && { images: images.right }) })
  } catch (error) {
    // A prompt too long for a model must not cost the other prompts' answers.
    if (!SpeculationError.is(error, 'ERR_CONTEXT_FULL')) throw error
    return { ...row, reason: error.message, truncated: false, milliseconds: elapsed(clock, started) }
  }
  assertGoing(signal)
  const milliseconds = elapsed(clock, started)
  const verdict = await verdictOn(prompt, completion, { ...options, request, images })
  assertGoing(signal)
  const { text, finish, toolCalls, usage, tokens, generation } = completion
  return {
    ...row,
    answer: { text, finish, toolCalls },
    ...verdict,
    truncated: isTruncated(completion),
    usage,
    ...(tokens && { tokensHash: hashOf(tokens) }),
    ...(generation && { generation }),
    milliseconds,
  }
}

function requestOf(
  { maxTokens, tools }: SuitePrompt,
  repetition: number,
  { sampling, signal }: AnswerPromptOptions,
): Omit<CompleteOptions, 'images'> {
  return {
    maxTokens: maxTokens ?? sampling.maxTokens,
    temperature: sampling.temperature,
    seed: sampling.seed + repetition,
    ...(tools && { tools }),
    ...(signal && { signal }),
  }
}

async function imagesOf(prompt: SuitePrompt, folder: string | undefined): Promise<SuiteImages | undefined> {
  if (prompt.images === undefined) return undefined
  if (folder !== undefined) return loadSuiteImages(prompt, folder)
  throw new SpeculationError('ERR_OPTION_INVALID', `${prompt.id} has images; name the folder of its suite`)
}

interface VerdictParts extends AnswerPromptOptions {
  readonly request: Omit<CompleteOptions, 'images'>
  readonly images: SuiteImages | undefined
}

async function verdictOn(
  prompt: SuitePrompt,
  completion: Completion,
  { request, images, complete, sandbox }: VerdictParts,
): Promise<Pick<AnswerRow, 'score' | 'passed' | 'reason'>> {
  const checkOptions = sandbox === undefined ? {} : { sandbox }
  if (images !== undefined) {
    const { faults } = await imageControl(prompt, images, completion, { complete, request, ...checkOptions })
    if (faults.length > 0) return { reason: `invalid: ${faults.join('; ')}` }
  }
  if (prompt.checker === undefined) return { reason: judgeNeeded }
  const asked = prompt.messages.map(({ content }) => content).join('\n')
  try {
    const { score, passed, reason } = await scoredCheck(prompt.checker, completion, asked, checkOptions)
    return { score, passed, reason }
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_BUDGET_EXCEEDED')) throw error
    return { reason: error.message }
  }
}

/** An engine hands out what it has when it is cancelled; that is no answer. */
function assertGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the run was cancelled; started again, it goes on')
}

function elapsed(clock: Clock, started: number): number {
  return Math.max(0, clock.now() - started)
}

function hashOf(tokens: Tokens): string {
  return createHash('sha256').update(tokens.join(' ')).digest('hex').slice(0, 16)
}
