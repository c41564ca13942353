import { SpeculationError, type Tokens } from '@foretoken/contract'
import { type Comparison, compareWithPlain, type LoadedModel, type Run } from '@foretoken/runner-llamacpp'
import { emptySummary } from '@foretoken/speculate'
import type { Choosing } from './choosing.js'
import { closingLine } from './closing-line.js'
import { comparisonLine } from './comparison-line.js'
import { type DraftingParts, MODEL_TIMEOUT_MS } from './drafting.js'
import type { Generation } from './generation.js'
import type { RunParts } from './run-parts.js'
import type { ComparisonResult } from './run-result.js'
import { textView } from './text-view.js'

/** What is compared. */
export interface CompareTextRequest {
  readonly model: LoadedModel
  readonly prompt: Tokens
  /** Makes what drafts one run. */
  readonly create: () => Promise<DraftingParts>
  readonly choosing: Choosing
}

/** The drafted run of median speed, and what the comparison says; an interrupted one says nothing. */
export interface ComparedText {
  readonly generation: Generation
  readonly comparison?: ComparisonResult
}

/** Decodes plainly and with drafts in turns, then shows the text once with what drafting brought. */
export async function compareText(request: CompareTextRequest, parts: RunParts): Promise<ComparedText> {
  const { options, host, interruption, messageColours } = parts
  const compared = await compare(request, parts)
  if (options.json === true || interruption.readerGone) return compared
  const { generation, comparison } = compared
  const lines = [closingLine(generation, parts.drafting?.name ?? 'none', messageColours)]
  if (comparison !== undefined) lines.push(comparisonLine(comparison, messageColours))
  const view = textView(host.stdout, parts.textColours)
  view.show([{ text: generation.text, drafter: '' }])
  view.end()
  host.stderr.write(`${lines.join('\n')}\n`)
  return compared
}

async function compare(
  { model, prompt, create, choosing }: CompareTextRequest,
  parts: RunParts,
): Promise<ComparedText> {
  const { options, interruption, progress } = parts
  const { maxTokens, stop, repetitions = 3 } = options
  const draftedSoFar: Run[] = []
  let created: DraftingParts | undefined
  let runs = 0
  const showProgress = () => progress.show(`Comparing: ${runs} of ${2 * repetitions} runs done`)
  showProgress()
  try {
    const comparison = await compareWithPlain({
      ...(parts.drafting?.usesModel === true && { draftTimeoutMs: MODEL_TIMEOUT_MS }),
      model,
      session: choosing,
      prompt,
      // Each run starts as a command does: it knows nothing, or what the memory file holds.
      drafter: async () => {
        created = await create()
        return created.drafter
      },
      policy: () => (created as DraftingParts).policy,
      repetitions,
      signal: interruption.signal,
      ...(maxTokens !== undefined && { maxTokens }),
      ...(stop !== undefined && { stop }),
      onRun: ({ mode, run }) => {
        runs++
        if (mode === 'drafted') draftedSoFar.push(run)
        showProgress()
      },
    })
    const run = medianRun(comparison.drafted)
    return { generation: { ...run, finish: run.summary.finish }, comparison: comparisonResult(comparison) }
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
    return { generation: { ...medianRun(draftedSoFar), finish: 'aborted' } }
  } finally {
    progress.clear()
  }
}

function comparisonResult({
  identical,
  divergence,
  deterministic,
  speedup,
  plain,
  drafted,
}: Comparison): ComparisonResult {
  return {
    identical,
    ...(divergence && { divergence }),
    deterministic,
    speedup: speedup.median,
    speedupRange: [speedup.min, speedup.max],
    plainTokensPerSecond: medianRun(plain).tokensPerSecond,
    draftedTokensPerSecond: medianRun(drafted).tokensPerSecond,
    repetitions: drafted.length,
  }
}

/** The run of median speed, of an even number the slower of the two; an empty one of none. */
function medianRun(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((a, b) => a.tokensPerSecond - b.tokensPerSecond)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? noRun
}

const noRun: Run = {
  text: '',
  tokens: new Int32Array(0),
  summary: emptySummary,
  tokensPerSecond: 0,
  promptMs: 0,
  generateMs: 0,
}
