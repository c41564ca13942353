import type { Target, Tokens } from '@foretoken/contract'
import type { LoadedModel, TextStep } from '@foretoken/runner-llamacpp'
import type { Choosing } from './choosing.js'
import { closingLine } from './closing-line.js'
import { type DraftingParts, drafterOptions } from './drafting.js'
import { type Generation, generate } from './generation.js'
import type { RunParts } from './run-parts.js'
import { textView } from './text-view.js'

/** Who writes. */
export interface Writer {
  readonly model: LoadedModel
  /** Who drafts, with what it remembers of texts before; plain decoding without. */
  readonly drafting: DraftingParts | undefined
  readonly choosing: Choosing
}

/** What is written, and on what. */
export interface WriteTextRequest extends Writer {
  readonly target: Target
  readonly prompt: Tokens
  /** Hears every step after it is shown. */
  readonly onStep?: (step: TextStep) => Promise<void>
}

/** Writes one text: progress while the prompt is read, then the text as it comes, then the closing line. */
export async function writeText(request: WriteTextRequest, parts: RunParts): Promise<Generation> {
  const { model, target, prompt, drafting, choosing, onStep } = request
  const { options, host, interruption, progress, messageColours } = parts
  const view = options.json === true ? undefined : textView(host.stdout, parts.textColours)
  const generation = await generate({
    model,
    target,
    prompt,
    ...drafterOptions(drafting),
    signal: interruption.signal,
    ...(options.maxTokens !== undefined && { maxTokens: options.maxTokens }),
    ...(options.stop !== undefined && { stop: options.stop }),
    session: {
      ...choosing,
      onProgress: ({ doneTokens, totalTokens }) =>
        progress.show(`Reading the prompt: ${doneTokens} of ${totalTokens} tokens`),
    },
    onStep: async (step) => {
      progress.clear()
      view?.show(step.pieces)
      await onStep?.(step)
    },
  })
  progress.clear()
  view?.end()
  if (view !== undefined && !interruption.readerGone)
    host.stderr.write(`${closingLine(generation, parts.drafting?.name ?? 'none', messageColours)}\n`)
  return generation
}
