import { randomInt } from 'node:crypto'
import type { Finish, Step } from '@foretoken/contract'
import { addStep, emptySummary, type Summary } from '@foretoken/speculate'
import type { ServedFinish, ServedPiece, ServedStep, TextEvent, TextPieceEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import { PieceQueue } from '../tools/piece-queue.js'
import { type ReadPart, ToolCallReader } from '../tools/tool-call-reader.js'
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

/** Text in which calls of tools are found: they are events of their own, and not shown. */
class CalledText {
  readonly #reader: ToolCallReader
  readonly #queue: PieceQueue = new PieceQueue()
  hasCalls = false

  constructor({ format, names }: ToolReading) {
    this.#reader = new ToolCallReader(format, names)
  }

  /** A step's text as far as it is decided; the step itself is told with the first of it. */
  events(pieces: readonly ServedPiece[], told: Omit<TextPieceEvent, 'kind' | 'pieces'>): TextEvent[] {
    this.#queue.push(pieces)
    const [first, ...others] = this.#events(this.#reader.push(pieces.map(({ text }) => text).join('')))
    if (first?.kind === 'piece') return [{ ...first, ...told }, ...others]
    return [{ kind: 'piece', pieces: [], ...told }, ...(first === undefined ? [] : [first]), ...others]
  }

  end(): TextEvent[] {
    return this.#events(this.#reader.end())
  }

  #events(parts: readonly ReadPart[]): TextEvent[] {
    return parts.flatMap((part): TextEvent[] => {
      const pieces = this.#queue.take(part.length)
      if (part.kind === 'text') return [{ kind: 'piece', pieces }]
      if (part.calls.length > 0) this.hasCalls = true
      return part.calls.map((call) => ({ kind: 'tool-call', call: { id: callId(), ...call } }))
    })
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Nine letters and digits: Mistral's templates take no other length. */
function callId(): string {
  return Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('')
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
