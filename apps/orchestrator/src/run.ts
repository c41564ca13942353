import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { type LoadedModel, type LoadModelOptions, loadModel as loadLlamaModel } from '@foretoken/runner-llamacpp'
import { chat } from './chat.js'
import { checkOptions } from './check-options.js'
import { compareText } from './compare-text.js'
import { printError } from './error-report.js'
import type { Host } from './host.js'
import { promptTokens, readPrompt } from './prompt-source.js'
import type { RunOptions } from './run-options.js'
import { type RunParts, runParts } from './run-parts.js'
import { type RunResult, runResult } from './run-result.js'
import { openTraceFile } from './trace-file.js'
import { writeText } from './write-text.js'

/** What a run is handed from outside. */
export interface RunPorts {
  /**
   * Where the model comes from.
   * @defaultValue llama.cpp, from the file
   */
  readonly loadModel?: (path: string, options: LoadModelOptions) => Promise<LoadedModel>
}

/** Exit code of a comparison that found different texts: a fault in the program, as in the error table. */
const EXIT_NOT_IDENTICAL = 70

/**
 * Does what `foretoken run` does and returns its exit code; failures are thrown.
 *
 * The host's stdout gets the text, or with `json` one object; everything else goes to its stderr.
 */
export async function run(options: RunOptions, host: Host, ports: RunPorts = {}): Promise<number> {
  checkOptions(options, host)
  using parts = runParts(options, host)
  const { interruption, progress } = parts
  try {
    return await runWith(parts, ports)
  } catch (error) {
    progress.clear()
    if (interruption.readerGone) return 0
    // Cancelled before there was a text to show statistics of.
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
    const exitCode = printError(error, host, options)
    return interruption.exitCode || exitCode
  }
}

async function runWith(parts: RunParts, ports: RunPorts): Promise<number> {
  const { options, host, interruption } = parts
  const text = await readPrompt(options, host, interruption.signal)
  const started = performance.now()
  await using model = await load(parts, ports)
  const loadMs = performance.now() - started
  if (text === undefined) {
    await chat(model, parts)
    return interruption.exitCode
  }
  const result = await resultOf(model, { text, loadMs }, parts)
  if (options.json === true && !interruption.readerGone)
    host.stdout.write(`${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n`)
  return interruption.exitCode || (result.identical === false ? EXIT_NOT_IDENTICAL : 0)
}

async function load({ options, interruption, progress }: RunParts, ports: RunPorts): Promise<LoadedModel> {
  const { loadModel = loadLlamaModel } = ports
  const { model, threads, context, override } = options
  const loading = `Loading ${basename(model)}`
  // llama.cpp's last report may come when the model is there and somebody else writes to the terminal.
  let done = false
  progress.show(loading)
  const loaded = await loadModel(model, {
    signal: interruption.signal,
    onProgress: (rate) => {
      if (!done) progress.show(`${loading} ${Math.round(100 * rate)} %`)
    },
    ...(threads !== undefined && { threads }),
    ...(context !== undefined && { contextTokens: context }),
    ...(override !== undefined && { metadataOverrides: override }),
  })
  done = true
  progress.clear()
  return loaded
}

async function resultOf(
  model: LoadedModel,
  { text, loadMs }: { readonly text: string; readonly loadMs: number },
  parts: RunParts,
): Promise<RunResult> {
  const { options, drafting } = parts
  const prompt = promptTokens(model, text, options)
  const facts = { model, drafter: drafting?.name ?? 'none', promptTokens: prompt.length, loadMs }
  if (options.compare === true && drafting !== undefined) {
    const { generation, comparison } = await compareText({ model, prompt, drafting }, parts)
    return { ...runResult(generation, facts), ...comparison }
  }
  await using trace = options.trace === undefined ? undefined : await openTraceFile(options.trace)
  await using target = await model.openTarget()
  const generation = await writeText({ model, target, prompt, ...(trace && { onStep: trace.write }) }, parts)
  await trace?.keep()
  return runResult(generation, facts)
}
