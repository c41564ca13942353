import { type Sampling, SpeculationError, type Target, type Tokens } from '@foretoken/contract'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { type DraftingParts, drafterOptions } from '../drafting.js'
import { generate } from '../generation.js'

/** How a workload is run. With nothing that drafts it is plain decoding. */
export interface Setup {
  /** Makes what drafts one workload, which disposes of it. */
  readonly create?: () => Promise<DraftingParts>
  readonly sampling?: Sampling
}

/** What answering all prompts took and brought. */
export interface Figures {
  readonly tokens: number
  readonly steps: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Without the prompts. */
  readonly tokensPerSecond: number
}

/** Prompts that are answered again and again, each time differently set up. */
export interface Workload {
  /** Answers all prompts; throws `ERR_ABORTED` when that is cancelled. */
  run(setup: Setup): Promise<Figures>
}

/** What a workload consists of. */
export interface WorkloadOptions {
  readonly model: LoadedModel
  readonly target: Target
  readonly prompts: readonly Tokens[]
  readonly maxTokens: number
  readonly signal: AbortSignal
}

/** A workload of these prompts, one after another. */
export function workload({ prompts, signal, ...request }: WorkloadOptions): Workload {
  return {
    async run({ create, sampling }) {
      const total = { tokens: 0, steps: 0, draftedTokens: 0, acceptedTokens: 0 }
      let ms = 0
      using drafting = await create?.()
      for (const prompt of prompts) {
        const { summary, generateMs, finish } = await generate({
          ...request,
          prompt,
          signal,
          ...drafterOptions(drafting),
          ...(sampling && { session: { sampling } }),
          onStep: () => {},
        })
        if (finish === 'aborted') throw new SpeculationError('ERR_ABORTED', 'the measurement was cancelled')
        total.tokens += summary.tokens
        total.steps += summary.steps
        total.draftedTokens += summary.draftedTokens
        total.acceptedTokens += summary.acceptedTokens
        ms += generateMs
      }
      // A clock that stood still is no infinite speed.
      return { ...total, tokensPerSecond: (1_000 * total.tokens) / Math.max(ms, 1e-3) }
    },
  }
}
