import { chat } from './chat.js'
import { checkOptions } from './check-options.js'
import { readChoosing } from './choosing.js'
import { compareText } from './compare-text.js'
import type { MemoryResult } from './draft-memory.js'
import { type DraftingSources, openSources } from './drafting-sources.js'
import type { Host } from './host.js'
import { loadModel, type ModelPorts } from './load-model.js'
import { meanwhile } from './meanwhile.js'
import { promptTokens, readPrompt } from './prompt-source.js'
import type { RunOptions } from './run-options.js'
import { type RunParts, runParts } from './run-parts.js'
import { type RunResult, runResult } from './run-result.js'
import { openTraceFile } from './trace-file.js'
import { untilInterrupted } from './until-interrupted.js'
import { type Writer, writeText } from './write-text.js'

/** Exit code of a comparison that found different texts: a fault in the program, as in the error table. */
const EXIT_NOT_IDENTICAL = 70

/**
 * Does what `foretoken run` does and returns its exit code; failures are thrown.
 *
 * The host's stdout gets the text, or with `json` one object; everything else goes to its stderr.
 */
export async function run(options: RunOptions, host: Host, ports: ModelPorts = {}): Promise<number> {
  checkOptions(options, host)
  using parts = runParts(options, host)
  const { json = false } = options
  return await untilInterrupted({ ...parts, json }, () => runWith(parts, ports))
}

async function runWith(parts: RunParts, ports: ModelPorts): Promise<number> {
  const { options, host, interruption, progress } = parts
  const text = await readPrompt(options, host, interruption.signal)
  const choosing = await readChoosing(options)
  const started = performance.now()
  const loaded = loadModel(options, { progress, signal: interruption.signal }, ports)
  await using model = await meanwhile(loaded, (signal) => parts.drafting?.warmUp(signal))
  const loading = { target: model, ports, progress, signal: interruption.signal }
  await using sources = await openSources(options, [parts.drafting], loading)
  const loadMs = performance.now() - started
  using drafting = options.compare === true ? undefined : await parts.drafting?.create(sources)
  if (text === undefined) {
    await chat({ model, drafting, choosing }, parts)
    await saveMemory(sources, parts)
    return interruption.exitCode
  }
  const written = await resultOf({ model, drafting, choosing, sources, text, loadMs }, parts)
  const memory = options.compare === true ? undefined : await saveMemory(sources, parts)
  const result: RunResult = { ...written, ...(memory && { memory }) }
  if (options.json === true && !interruption.readerGone)
    host.stdout.write(`${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n`)
  return interruption.exitCode || (result.identical === false ? EXIT_NOT_IDENTICAL : 0)
}

/** Keeps what drafting has learned, also from a text that was interrupted. */
async function saveMemory({ memory }: DraftingSources, parts: RunParts): Promise<MemoryResult | undefined> {
  const saved = await memory?.save()
  if (saved === undefined || parts.options.json === true) return saved
  const { path, tokens, tokensBefore } = saved
  const [all, more] = [tokens, Math.max(0, tokens - tokensBefore)].map((count) => count.toLocaleString('en'))
  parts.host.stderr.write(parts.messageColours.dim(`${path} remembers ${all} tokens, ${more} more than before\n`))
  return saved
}

interface ResultRequest extends Writer {
  readonly sources: DraftingSources
  readonly text: string
  readonly loadMs: number
}

async function resultOf({ text, loadMs, sources, ...writer }: ResultRequest, parts: RunParts): Promise<RunResult> {
  const { options } = parts
  const { model, choosing } = writer
  const prompt = promptTokens(model, text, options)
  const { sampling } = choosing
  const facts = {
    model,
    ...(sampling && { sampling }),
    drafter: parts.drafting?.name ?? 'none',
    promptTokens: prompt.length,
    loadMs,
  }
  const drafting = parts.drafting
  if (options.compare === true && drafting !== undefined) {
    const create = () => drafting.create(sources)
    const { generation, comparison } = await compareText({ model, prompt, create, choosing }, parts)
    return { ...runResult(generation, facts), ...comparison }
  }
  await using trace = options.trace === undefined ? undefined : await openTraceFile(options.trace)
  await using target = await model.openTarget()
  const generation = await writeText({ ...writer, target, prompt, ...(trace && { onStep: trace.write }) }, parts)
  await trace?.keep()
  return runResult(generation, facts)
}
