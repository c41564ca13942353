import { SpeculationError, type Step } from '@foretoken/contract'
import { type GenerateTextOptions, generateText, type TextStep } from '@foretoken/runner-llamacpp'
import { addStep, emptySummary, type Summary } from '@foretoken/speculate'

/** One text to write. */
export interface GenerationRequest extends GenerateTextOptions {
  /** Hears every step as it comes. */
  readonly onStep: (step: TextStep) => void | Promise<void>
}

/** A text, and what it cost. */
export interface Generation {
  readonly text: string
  readonly summary: Summary
  /** Why the text ended. */
  readonly finish: Summary['finish'] | 'aborted'
  /** Opening a context and evaluating the prompt. */
  readonly promptMs: number
  /** From the prompt's end to the last step, without the time that showing the text took. */
  readonly generateMs: number
  /** `summary.tokens` / `generateMs`, by the second; 0 when nothing was written. */
  readonly tokensPerSecond: number
}

/** Writes one text. A cancelled one ends with what was written by then and finish `aborted`. */
export async function generate(request: GenerationRequest): Promise<Generation> {
  const { onStep, ...options } = request
  const steps = generateText(options)
  let text = ''
  let summary = emptySummary
  let promptMs = 0
  let generateMs = 0
  let aborted = false
  try {
    for await (const { value, ms } of timed(steps)) {
      const { step, pieces } = value
      // The first wait holds the prompt, too: what the step itself did not take.
      if (step.index === 0) promptMs = ms - stepMs(step)
      generateMs += step.index === 0 ? stepMs(step) : ms
      summary = addStep(summary, step)
      for (const piece of pieces) text += piece.text
      await onStep(value)
    }
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
    aborted = true
  }
  const tokensPerSecond = generateMs === 0 ? 0 : (summary.tokens / generateMs) * 1000
  return { text, summary, finish: aborted ? 'aborted' : summary.finish, promptMs, generateMs, tokensPerSecond }
}

function stepMs({ draftMs, verifyMs }: Step): number {
  return draftMs + verifyMs
}

/** The values of `source` with how long each was waited for; the consumer's own time does not count. */
async function* timed<T>(
  source: AsyncIterable<T>,
): AsyncGenerator<{ readonly value: T; readonly ms: number }, void, void> {
  let started = performance.now()
  for await (const value of source) {
    yield { value, ms: performance.now() - started }
    started = performance.now()
  }
}
