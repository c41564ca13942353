import { execFile } from 'node:child_process'
import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'

/** What {@link runLlamaBench} measures. */
export interface LlamaBenchOptions {
  /** Path of `llama-bench`. */
  readonly path: string
  readonly model: string
  readonly threads: number
  /** Tokens to decode, one by one. */
  readonly tokens: number
  /** Tokens in the context before them. */
  readonly depth: number
  readonly repetitions: number
  readonly signal?: AbortSignal
}

/** Plain decoding as `llama-bench` measures it: `llama_decode` alone, tokens drawn at random. */
export interface LlamaBenchResult {
  /** One for each repetition. */
  readonly tokensPerSecond: readonly number[]
  readonly backend: string
  /** llama.cpp's commit. */
  readonly commit: string
}

const mostOutputBytes = 2 ** 20

// The cache as the runner has it, whose attention is to round alike at every width.
const cache = ['--flash-attn', '1', '--cache-type-k', 'f16', '--cache-type-v', 'bf16']

/** Runs `llama-bench` once. Throws `ERR_ENGINE_LOST` with its last words. */
export function runLlamaBench(options: LlamaBenchOptions): Promise<LlamaBenchResult> {
  const { path, model, threads, tokens, depth, repetitions, signal } = options
  const sizes = ['--n-prompt', '0', '--n-gen', `${tokens}`, '--n-depth', `${depth}`, '--repetitions', `${repetitions}`]
  const args = ['--model', model, '--threads', `${threads}`, ...sizes, ...cache, '--output', 'json']
  return new Promise((resolve, reject) => {
    execFile(path, args, { maxBuffer: mostOutputBytes, ...(signal && { signal }) }, (error, stdout, stderr) => {
      if (error !== null) return reject(failure(error, stderr, signal))
      try {
        resolve(parseLlamaBench(stdout))
      } catch (cause) {
        reject(cause)
      }
    })
  })
}

const rows = z
  .array(
    z.object({ samples_ts: z.array(z.number().positive()).min(1), backends: z.string(), build_commit: z.string() }),
  )
  .length(1)

/** Reads what `llama-bench --output json` prints for one test. */
export function parseLlamaBench(text: string): LlamaBenchResult {
  try {
    const [row] = rows.parse(JSON.parse(text))
    if (row !== undefined) return { tokensPerSecond: row.samples_ts, backend: row.backends, commit: row.build_commit }
  } catch (cause) {
    throw new SpeculationError('ERR_ENGINE_LOST', `llama-bench printed no result: ${text.slice(0, 200)}`, { cause })
  }
  throw new SpeculationError('ERR_ENGINE_LOST', 'llama-bench printed no result')
}

function failure(
  error: { readonly code?: unknown },
  stderr: string,
  signal: AbortSignal | undefined,
): SpeculationError {
  if (signal?.aborted) return new SpeculationError('ERR_ABORTED', 'llama-bench was cancelled')
  const words = stderr.trim().split('\n').slice(-5).join('\n')
  return new SpeculationError('ERR_ENGINE_LOST', `llama-bench ended with ${error.code}: ${words}`, { cause: error })
}
