import { SpeculationError } from '@foretoken/contract'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { coloursOf } from '../colours.js'
import { type OpenedSources, openSources } from '../drafting-sources.js'
import type { Host } from '../host.js'
import { type Interruption, listenForInterruption } from '../interruption.js'
import { loadModel, type ModelPorts } from '../load-model.js'
import { meanwhile } from '../meanwhile.js'
import { openPartialFile } from '../partial-file.js'
import { type ProgressLine, progressLine } from '../progress-line.js'
import { promptTokens } from '../prompt-source.js'
import { untilInterrupted } from '../until-interrupted.js'
import { builtInPrompts } from './built-in-prompts.js'
import { readPrompts } from './read-prompts.js'
import { runSweep, type SweepPlan, type SweepProgress } from './run-sweep.js'
import { fixedDrafter, planTuning, type TunePlan } from './sweep-plans.js'
import type { TuneOptions } from './tune-options.js'
import type { TuneResult, TuneSweep } from './tune-result.js'
import { tuneText } from './tune-table.js'
import { labelOf } from './verdict.js'
import { type Workload, workload } from './workload.js'

interface TuneParts {
  readonly host: Host
  readonly options: TuneOptions
  readonly plan: TunePlan
  readonly interruption: Interruption
  readonly progress: ProgressLine
}

/**
 * Does what `foretoken tune` does and returns its exit code; failures are thrown. The table, or with `json` the object, goes
 * to the host's stdout, progress to its stderr. What was measured before Ctrl-C is printed all the same.
 */
export async function tune(options: TuneOptions, host: Host, ports: ModelPorts = {}): Promise<number> {
  const plan = planTuning(options)
  const { json = false } = options
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const work = () => tuneWith({ options, host, plan, interruption, progress }, ports)
  return await untilInterrupted({ host, interruption, progress, json, command: `tune ${options.what}` }, work)
}

async function tuneWith(parts: TuneParts, ports: ModelPorts): Promise<number> {
  const { options, host, interruption, progress } = parts
  const { signal } = interruption
  const prompts = options.prompts === undefined ? builtInPrompts : await readPrompts(options.prompts)
  await using out = options.out === undefined ? undefined : await openPartialFile(options.out, 'result file')
  const loaded = loadModel(options, { progress, signal }, ports)
  await using model = await meanwhile(loaded, (over) => parts.plan.draftings[0]?.warmUp(over))
  assertSamples(model, options)
  const loading = { target: model, ports, progress, signal }
  await using sources = await openSources(options, parts.plan.draftings, loading)
  const sweeps = await measure({ model, sources, prompts }, parts)
  progress.clear()
  const result = tuneResult(model, sweeps, { options, prompts: prompts.length, complete: !signal.aborted })
  if (out !== undefined) {
    await out.file.writeFile(`${JSON.stringify(result, undefined, 2)}\n`)
    await out.keep()
  }
  if (interruption.readerGone) return 0
  host.stdout.write(
    options.json === true
      ? `${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n`
      : tuneText(result, coloursOf(host.stdout, host.env, options.color)),
  )
  return interruption.exitCode
}

interface MeasureRequest {
  readonly model: LoadedModel
  readonly sources: OpenedSources
  readonly prompts: readonly string[]
}

/** Runs the sweeps one after another; a cancelled one is the last. */
async function measure(
  { model, sources, ...request }: MeasureRequest,
  parts: TuneParts,
): Promise<readonly TuneSweep[]> {
  const { options, plan, interruption, progress } = parts
  const { signal } = interruption
  const { maxTokens = 128, repetitions = 5 } = options
  const raw = options.raw ?? !model.facts.hasChatTemplate
  const prompts = request.prompts.map((text) => promptTokens(model, text, { raw }))
  await using target = await model.openTarget()
  const settings = { model, target, signal }
  const sweeps: TuneSweep[] = []
  for (const planSweep of plan.sweeps) {
    if (signal.aborted) break
    const sweep = await planSweep(sources, sweeps)
    progress.show('Warming up')
    await warmUp(workload({ ...settings, prompts: prompts.slice(0, 1), maxTokens: 8 }), sweep)
    const onMeasure = (at: SweepProgress) => progress.show(progressText(sweep, at, repetitions))
    const work = workload({ ...settings, prompts, maxTokens })
    sweeps.push(await runSweep(sweep, { workload: work, repetitions, signal, onMeasure }))
  }
  return sweeps
}

/** The first evaluations of a context are slower than the others, at each batch width anew. */
async function warmUp(brief: Workload, plan: SweepPlan): Promise<void> {
  const value = plan.values.at(-1)
  if (value === undefined) return
  const setup = plan.setupOf(value)
  try {
    await brief.run({ ...(setup.sampling && { sampling: setup.sampling }) })
    await brief.run(setup)
  } catch (error) {
    // There is a table to print, be it an empty one.
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
  }
}

function progressText({ varied }: SweepPlan, { value, round, done, most }: SweepProgress, repetitions: number): string {
  return `Measuring ${labelOf(value, varied)}, round ${round + 1} of ${repetitions}; ${done} of at most ${most} measurements done`
}

/** Throws `ERR_OPTION_INVALID` where temperatures are to be measured on an engine that has none. */
function assertSamples({ facts }: LoadedModel, { what }: TuneOptions): void {
  // node-llama-cpp samples with random numbers that drafting would change.
  if (what !== 'temp' || facts.engine !== 'node-llama-cpp') return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `tune temp needs an engine that samples, and ${facts.engine} takes the most probable token only; run it with the native engine`,
    { details: { engine: facts.engine } },
  )
}

function tuneResult(
  { facts }: LoadedModel,
  sweeps: readonly TuneSweep[],
  rest: { readonly options: TuneOptions; readonly prompts: number; readonly complete: boolean },
): TuneResult {
  const { what, maxTokens = 128, repetitions = 5 } = rest.options
  return {
    what,
    model: facts.path,
    engine: facts.engine,
    engineVersion: facts.engineVersion,
    backend: facts.backend,
    threads: facts.threads,
    drafter: what === 'drafter' ? '' : fixedDrafter(rest.options),
    prompts: rest.prompts,
    maxTokens,
    repetitions,
    complete: rest.complete,
    sweeps,
  }
}
