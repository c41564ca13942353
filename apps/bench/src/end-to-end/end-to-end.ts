import { fixtureModels } from '@foretoken/fixtures'
import { type LoadedModel, loadModel } from '@foretoken/runner-llamacpp'
import { type BenchMachine, watchMachine } from '../bench-machine.js'
import { type BenchFormat, type BenchModelName, benchModel } from '../bench-models.js'
import { choosePrompts } from '../choose-prompts.js'
import { timedText } from '../timed-text.js'
import type { AbsentContestant, Contestant, ContestantGroup } from './contestant.js'
import { loopGroups } from './loop-contestants.js'
import { type ContestantRow, measure, type Question } from './measure.js'
import { nodeLlamaContestants } from './node-llama-contestants.js'
import { serverContestants } from './server-contestants.js'

/** Options of {@link endToEnd}. */
export interface EndToEndOptions {
  readonly models: readonly BenchModelName[]
  readonly format: BenchFormat
  /** Ids or kinds of fixture prompts; all of them where there are none. */
  readonly prompts: readonly string[]
  readonly maxTokens: number
  readonly repetitions: number
  /** Engines and drafters to measure, by name; all of them where there are none. */
  readonly engines: readonly string[]
  readonly drafters: readonly string[]
  readonly threads?: number
  /** Folder of llama.cpp's own programs. */
  readonly llamaCpp?: string
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal: AbortSignal
}

/** What every way of writing brought on every model. */
export interface EndToEndReport {
  readonly version: 1
  readonly bench: 'end-to-end'
  readonly machine: BenchMachine
  readonly format: BenchFormat
  readonly maxTokens: number
  readonly repetitions: number
  readonly models: readonly ModelResult[]
  readonly absent: readonly AbsentContestant[]
}

/** The rows of one model. */
export interface ModelResult {
  readonly model: BenchModelName
  readonly parameters: number
  readonly fileBytes: number
  readonly prompts: readonly string[]
  readonly rows: readonly ContestantRow[]
}

const contextTokens = 1_024

/** Lets every engine and drafter write the same answers, in turn. */
export async function endToEnd(options: EndToEndOptions): Promise<EndToEndReport> {
  const machine = watchMachine()
  const models: ModelResult[] = []
  const absent: AbsentContestant[] = []
  let threads = 0
  for (const name of options.models) {
    const path = await benchModel(name, options.format, options)
    options.onProgress(`loading the ${name} model`)
    await using reference = await loadModel(path, {
      engine: 'node-llama-cpp',
      contextTokens,
      ...(options.threads !== undefined && { threads: options.threads }),
    })
    threads = reference.facts.threads
    const { result, missing } = await measureModel(name, reference, options)
    models.push(result)
    absent.push(...missing.filter((one) => !absent.some((known) => sameWay(one, known))))
  }
  const { format, maxTokens, repetitions } = options
  return { version: 1, bench: 'end-to-end', machine: machine(threads), format, maxTokens, repetitions, models, absent }
}

async function measureModel(
  name: BenchModelName,
  reference: LoadedModel,
  options: EndToEndOptions,
): Promise<{ result: ModelResult; missing: AbsentContestant[] }> {
  const { format, repetitions, onProgress, signal, engines, drafters } = options
  const { path: model, threads, parameters, fileBytes } = reference.facts
  const questions = await questionsOf(reference, options)
  const parts = { model, draftModel: fixtureModels.draft[format], threads, contextTokens, signal }
  const wanted = (engine: string): boolean => isWanted(engine, engines)
  const groups: ContestantGroup[] = []
  try {
    if (wanted('node-llama-cpp')) groups.push(await nodeLlamaContestants(parts))
    groups.push(...(await loopGroups(reference, { ...parts, wanted })))
    if (wanted('llama-server')) groups.push(await serverContestants({ ...parts, llamaCpp: options.llamaCpp }))
    const chosen = groups
      .flatMap(({ present }) => present)
      .filter(({ engine }) => wanted(engine))
      .filter(({ drafter }) => drafters.length === 0 || drafter === 'plain' || drafters.includes(drafter))
    await warm(chosen, questions, options)
    const topic = `measuring the ${name} model`
    const rows = await measure({
      contestants: chosen,
      questions,
      repetitions,
      onProgress: (detail) => onProgress(topic, detail),
      signal,
    })
    const result = { model: name, parameters, fileBytes, prompts: questions.map(({ id }) => id), rows }
    return { result, missing: groups.flatMap(({ absent }) => absent).filter(({ engine }) => wanted(engine)) }
  } finally {
    for (const group of groups) await group[Symbol.asyncDispose]()
  }
}

/** The prompts, and what our loop writes without drafts. */
async function questionsOf(model: LoadedModel, { prompts, maxTokens, signal }: EndToEndOptions): Promise<Question[]> {
  await using target = await model.openTarget()
  const questions: Question[] = []
  for (const { id, text } of choosePrompts(prompts)) {
    const prompt = model.tokenize(text, { special: true })
    const { tokens: answer } = await timedText({ target, prompt, maxTokens, signal })
    questions.push({ id, prompt, answer })
  }
  return questions
}

/** The first text of a context takes longer than the others. */
async function warm(
  contestants: readonly Contestant[],
  [question]: readonly Question[],
  { onProgress, signal }: EndToEndOptions,
): Promise<void> {
  if (question === undefined) return
  const { prompt, answer } = question
  for (const contestant of contestants) {
    onProgress('warming up', `${contestant.engine} ${contestant.drafter}`)
    await contestant.write({ prompt, maxTokens: 8, answer: answer.subarray(0, 8), signal })
  }
}

function sameWay(one: AbsentContestant, other: AbsentContestant): boolean {
  return one.engine === other.engine && one.drafter === other.drafter
}

/** Whether an engine is one of those named, or lies behind the slash of one. */
function isWanted(engine: string, engines: readonly string[]): boolean {
  return engines.length === 0 || engines.some((name) => engine === name || engine.startsWith(`${name}/`))
}
