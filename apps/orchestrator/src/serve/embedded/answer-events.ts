import type { Finish, Step } from '@foretoken/contract'
import { addStep, emptySummary, type Summary } from '@foretoken/speculate'
import type { ServedFinish, ServedStep, TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import { CalledText } from '../tools/called-text.js'
import type { ToolReading } from '../tools/tool-plan.js'
import type { WorkerStep } from './worker-protocol.js'

/** What an answer's events depend on besides its steps. */
export interface AnswerOptions {
  readonly speculation: TextRequest['speculation']
  /** How calls of tools are found; absent where there can be none. */
  readonly tools?: ToolReading
}

/** An answer's events, from the steps of one process or of several in a row. */
export async function* answerEvents(
  steps: AsyncIterable<WorkerStep>,
  { speculation, tools }: AnswerOptions,
): AsyncGenerator<TextEvent, void, void> {
  const text = tools === undefined ? undefined : new CalledText(tools)
  let summary: Summary = emptySummary
  let stopString: string | undefined
  for await (const { step, pieces, start, logProbabilities, stopString: found } of steps) {
    // Later processes say it again.
    if (summary.steps === 0 && start !== undefined) yield { kind: 'start', ...start }
    summary = addStep(summary, step)
    stopString = found
    const told = { step: servedStep(step), ...(logProbabilities && { logProbabilities }) }
    yield* text === undefined ? [{ kind: 'piece' as const, pieces, ...told }] : text.events(pieces, told)
  }
  if (text !== undefined) yield* text.end()
  const notDrafted = whyNotDrafted(summary, speculation)
  yield {
    kind: 'end',
    finish: text?.hasCalls === true && summary.finish !== 'max-tokens' ? 'tool-calls' : servedFinish(summary.finish),
    completionTokens: summary.tokens,
    summary,
    ...(stopString !== undefined && { stopString }),
    ...(notDrafted !== undefined && { notDrafted }),
  }
}

function servedStep(step: Step): ServedStep {
  const { index, drafter, tokens, proposedTokens, draftedTokens, acceptedTokens, width, batchWidth = 0 } = step
  return {
    ...{ index, drafter, tokens: tokens.length, proposedTokens, draftedTokens, acceptedTokens, width, batchWidth },
    draftMs: step.draftMs,
    verifyMs: step.verifyMs,
  }
}

function servedFinish(finish: Finish): ServedFinish {
  return finish === 'max-tokens' || finish === 'context-full' ? 'length' : 'stop'
}

function whyNotDrafted(
  { draftedTokens, dropped }: Summary,
  { off = false, drafters }: TextRequest['speculation'],
): string | undefined {
  if (draftedTokens > 0) return undefined
  if (off || drafters?.length === 0) return 'the request switched drafting off'
  return dropped ?? 'no draft promised to bring more than checking it costs'
}
