import type { Finish, Step } from '@foretoken/contract'
import { addStep, emptySummary, type Summary } from '@foretoken/speculate'
import type { ServedFinish, ServedStep, TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import type { WorkerStep } from './worker-protocol.js'

/** An answer's events, from the steps of one process or of several in a row. */
export async function* answerEvents(
  steps: AsyncIterable<WorkerStep>,
  { speculation }: Pick<TextRequest, 'speculation'>,
): AsyncGenerator<TextEvent, void, void> {
  let summary: Summary = emptySummary
  for await (const { step, pieces, start, logProbabilities } of steps) {
    // Later processes say it again.
    if (summary.steps === 0 && start !== undefined) yield { kind: 'start', ...start }
    summary = addStep(summary, step)
    yield { kind: 'piece', pieces, step: servedStep(step), ...(logProbabilities && { logProbabilities }) }
  }
  const notDrafted = whyNotDrafted(summary, speculation)
  yield {
    kind: 'end',
    finish: servedFinish(summary.finish),
    completionTokens: summary.tokens,
    summary,
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
