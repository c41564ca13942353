import { join } from 'node:path'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { fixtureModels } from '@foretoken/fixtures'
import { warmUp } from '@foretoken/speculate'
import { type BenchMachine, watchMachine } from '../bench-machine.js'
import { type BenchFormat, type BenchModelName, benchModel } from '../bench-models.js'
import { choosePrompts } from '../choose-prompts.js'
import { inflate } from '../inflate/inflate.js'
import { type Spread, spread } from '../spread.js'
import { type EngineResult, type EngineRound, engineResult } from './engine-rows.js'
import { type EngineQuestion, engineRun, runNames } from './engine-runs.js'
import { runLlamaBench } from './llama-bench.js'
import { type AbsentEngine, type LoadedEngine, type LoadedEngines, loadEngines } from './loaded-engines.js'
import { LARGE_VOCABULARY, measureOverhead, type OverheadResult } from './overhead.js'

/** Options of {@link engineBench}. */
export interface EngineBenchOptions {
  readonly models: readonly BenchModelName[]
  readonly format: BenchFormat
  readonly engines: readonly string[]
  /** Id of the fixture prompt. */
  readonly prompt: string
  readonly maxTokens: number
  readonly repetitions: number
  readonly threads?: number
  /** Folder of llama.cpp's own programs. */
  readonly llamaCpp?: string
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal: AbortSignal
}

/** What the engines cost. */
export interface EngineReport {
  readonly version: 1
  readonly bench: 'engine'
  readonly machine: BenchMachine
  readonly format: BenchFormat
  readonly prompt: string
  readonly repetitions: number
  readonly models: readonly EngineModelResult[]
  readonly overhead: OverheadResult
  readonly absent: readonly AbsentEngine[]
}

/** One model in every engine. */
export interface EngineModelResult {
  readonly model: BenchModelName
  readonly parameters: number
  readonly fileBytes: number
  readonly promptTokens: number
  readonly answerTokens: number
  /** Tokens per second of `llama-bench` with the libraries that the engines use. */
  readonly llamaBench?: Spread
  readonly engines: readonly EngineResult[]
}

/** Measures every engine on every model, in turn, then what a round takes at a large vocabulary. */
export async function engineBench(options: EngineBenchOptions): Promise<EngineReport> {
  const machine = watchMachine()
  const { format, prompt, repetitions } = options
  const models: EngineModelResult[] = []
  // As a program does while its model loads.
  await warmUp({ drafter: lookupDrafter })
  for (const name of options.models) {
    await using loaded = await load(name, await benchModel(name, format, options), options)
    models.push(await measureModel(name, loaded.engines, options))
  }
  const path = await largeVocabulary(options)
  await using loaded = await load('large-vocabulary', path, options)
  const { engines, absent } = loaded
  options.onProgress('measuring a large vocabulary')
  const overhead = await measureOverhead(engines, await questionOf(engines, options), options)
  const threads = engines[0]?.model.facts.threads ?? 0
  return {
    version: 1,
    bench: 'engine',
    machine: machine(threads),
    format,
    prompt,
    repetitions,
    models,
    overhead,
    absent,
  }
}

function load(name: string, path: string, options: EngineBenchOptions): Promise<LoadedEngines> {
  options.onProgress(`loading the ${name} model`)
  const { engines, threads, signal } = options
  return loadEngines(path, { engines, threads, signal })
}

/** The base model with as many tokens as the models that people use have; small, so that the rows weigh much. */
async function largeVocabulary({ format, signal }: EngineBenchOptions): Promise<string> {
  const shape = (source: Parameters<Parameters<typeof inflate>[0]['shape']>[0]) => ({
    ...source,
    vocabulary: LARGE_VOCABULARY,
  })
  return (await inflate({ path: fixtureModels.base[format], shape, signal })).path
}

/** The prompt, and what the first engine writes without drafts; every engine has written it once by then. */
async function questionOf(engines: readonly LoadedEngine[], options: EngineBenchOptions): Promise<EngineQuestion> {
  const { maxTokens, signal } = options
  const [{ text } = { text: '' }] = choosePrompts([options.prompt])
  let question: EngineQuestion | undefined
  for (const { model, target } of engines) {
    const prompt = model.tokenize(text, { special: true })
    const { tokens: answer } = await engineRun(target, 'plain', { prompt, answer: new Int32Array(maxTokens) }, signal)
    question ??= { prompt, answer }
  }
  if (question === undefined) throw new Error('there is no engine')
  return question
}

async function measureModel(
  name: BenchModelName,
  engines: readonly LoadedEngine[],
  options: EngineBenchOptions,
): Promise<EngineModelResult> {
  const { repetitions, onProgress, signal } = options
  const topic = `measuring the ${name} model`
  onProgress(topic)
  const question = await questionOf(engines, options)
  const speeds: number[] = []
  const rounds = new Map<LoadedEngine, EngineRound[]>(engines.map((engine) => [engine, []]))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    onProgress(topic, `llama-bench, ${repetition + 1} of ${repetitions}`)
    speeds.push(...(await llamaBenchSpeed(engines[0], question, options)))
    const order = repetition % 2 === 0 ? engines : engines.toReversed()
    for (const engine of order) {
      onProgress(topic, `${engine.name}, ${repetition + 1} of ${repetitions}`)
      rounds.get(engine)?.push(await writeRound(engine, question, signal))
    }
  }
  const facts = engines[0]?.model.facts
  return {
    model: name,
    parameters: facts?.parameters ?? 0,
    fileBytes: facts?.fileBytes ?? 0,
    promptTokens: question.prompt.length,
    answerTokens: question.answer.length,
    ...(speeds.length > 0 && { llamaBench: spread(speeds) }),
    engines: engines.map((engine) => engineResult(engine.name, rounds.get(engine) ?? [], speeds)),
  }
}

async function writeRound(
  { target }: LoadedEngine,
  question: EngineQuestion,
  signal: AbortSignal,
): Promise<EngineRound> {
  const runs: Partial<Record<keyof EngineRound, EngineRound[keyof EngineRound]>> = {}
  for (const name of runNames) runs[name] = await engineRun(target, name, question, signal)
  return runs as EngineRound
}

/** One speed, or none without llama.cpp's own programs. */
async function llamaBenchSpeed(
  engine: LoadedEngine | undefined,
  { prompt, answer }: EngineQuestion,
  { llamaCpp, signal }: EngineBenchOptions,
): Promise<readonly number[]> {
  if (llamaCpp === undefined || engine === undefined) return []
  const { path: model, threads } = engine.model.facts
  const path = join(llamaCpp, 'prebuilt', 'llama-bench')
  const sizes = { tokens: answer.length, depth: prompt.length, repetitions: 1 }
  return (await runLlamaBench({ path, model, threads, ...sizes, signal })).tokensPerSecond
}
