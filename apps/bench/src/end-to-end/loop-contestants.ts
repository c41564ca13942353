import { arbiter, fixedLength, goodputPolicy } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError, type Target } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { type LoadedModel, loadModel, modelDrafter } from '@foretoken/runner-llamacpp'
import { hopelessDrafter } from '../hopeless-drafter.js'
import { oracleDrafter } from '../replay/baselines/oracle.js'
import { timedText } from '../timed-text.js'
import type { ContestantGroup, TextRun, WriteRequest } from './contestant.js'

interface Drafting {
  readonly create: (request: WriteRequest) => { readonly drafter: Drafter; readonly policy: LengthPolicy }
  /** Whether the drafter outlives the text. */
  readonly isShared?: boolean
}

/** What drafts for our loop, by name; each text begins with nothing learned. */
const draftings: ReadonlyMap<string, Drafting | undefined> = new Map<string, Drafting | undefined>([
  ['plain', undefined],
  ['oracle', { create: (request) => ({ drafter: oracleOf(request), policy: fixedLength(16) }) }],
  ['hopeless', { create: ({ answer }) => ({ drafter: hopelessDrafter(answer), policy: fixedLength(8) }) }],
  ['lookup', { create: () => ({ drafter: lookupDrafter(), policy: goodputPolicy() }) }],
  ['suffix', { create: () => ({ drafter: suffixDrafter(), policy: goodputPolicy() }) }],
  ['auto', { create: autoDrafting }],
])

const DRAFT_MODEL = 'draft-model'

function oracleOf({ prompt, answer }: WriteRequest): Drafter {
  return oracleDrafter([{ id: 'answer', prompt, output: answer }])
}

/** As the orchestrator does it where nothing is said. */
function autoDrafting(): ReturnType<Drafting['create']> {
  const policy = goodputPolicy()
  return { drafter: arbiter([lookupDrafter(), suffixDrafter()], policy), policy }
}

/** What the groups run on. */
export interface LoopOptions {
  readonly model: string
  readonly draftModel: string
  readonly threads: number
  readonly contextTokens: number
  readonly wanted: (engine: string) => boolean
}

/** Our loop on each engine of the runner; `reference` is the model as node-llama-cpp has loaded it. */
export async function loopGroups(reference: LoadedModel, options: LoopOptions): Promise<ContestantGroup[]> {
  const groups: ContestantGroup[] = []
  if (options.wanted(engineName('node-llama-cpp'))) groups.push(await loopGroup('node-llama-cpp', reference, draftings))
  if (!options.wanted(engineName('native'))) return groups
  try {
    groups.push(await nativeGroup(options))
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ENGINE_LOST') && !SpeculationError.is(error, 'ERR_ENGINE_VERSION')) throw error
    groups.push(absentGroup(error.message))
  }
  return groups
}

/** The native engine runs draft models, too. */
async function nativeGroup({ model: path, draftModel, threads, contextTokens }: LoopOptions): Promise<ContestantGroup> {
  const model = await loadModel(path, { engine: 'native', threads, contextTokens })
  try {
    const drafter = await modelDrafter(draftModel, { target: model, name: DRAFT_MODEL })
    const drafted: Drafting = { create: () => ({ drafter, policy: goodputPolicy() }), isShared: true }
    return await loopGroup('native', model, new Map([...draftings, [DRAFT_MODEL, drafted]]), async () => {
      await drafter[Symbol.asyncDispose]()
      await model[Symbol.asyncDispose]()
    })
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}

function engineName(engine: string): string {
  return `foretoken/${engine}`
}

/** Every way in which our loop writes on one model. */
async function loopGroup(
  name: string,
  model: LoadedModel,
  ways: ReadonlyMap<string, Drafting | undefined>,
  close: () => Promise<void> = async () => {},
): Promise<ContestantGroup> {
  const target = await model.openTarget()
  const present = [...ways].map(([drafter, drafting]) => ({
    engine: engineName(name),
    drafter,
    write: (request: WriteRequest) => writeText(target, request, drafting),
  }))
  return {
    present,
    absent: [],
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]()
      await close()
    },
  }
}

function absentGroup(reason: string): ContestantGroup {
  const absent = [...draftings.keys()].map((drafter) => ({ engine: engineName('native'), drafter, reason }))
  return { present: [], absent, async [Symbol.asyncDispose]() {} }
}

async function writeText(target: Target, request: WriteRequest, drafting: Drafting | undefined): Promise<TextRun> {
  const { prompt, maxTokens, signal } = request
  const how = drafting?.create(request)
  try {
    const text = await timedText({ target, prompt, maxTokens, signal, ...how })
    return { ...text, timedTokens: text.tokens.length }
  } finally {
    if (drafting?.isShared !== true) how?.drafter[Symbol.dispose]()
  }
}
