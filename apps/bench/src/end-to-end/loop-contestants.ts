import {
  arbiter,
  type CostCurve,
  type CostPoint,
  costCurve,
  fixedLength,
  goodputPolicy,
  leastPoints,
  measureDraftCost,
} from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError, type Target } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import {
  type EngineModel,
  type LoadedModel,
  loadModel,
  type ModelDrafter,
  modelDrafter,
} from '@foretoken/runner-llamacpp'
import { firstOf, warmUp } from '@foretoken/speculate'
import { hopelessDrafter } from '../hopeless-drafter.js'
import { MAY_BLOCK_MS } from '../may-block-ms.js'
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
  ['lookup-8', { create: () => ({ drafter: lookupDrafter(), policy: fixedLength(8) }) }],
  ['suffix', { create: () => ({ drafter: suffixDrafter(), policy: goodputPolicy() }) }],
  ['suffix-8', { create: () => ({ drafter: suffixDrafter(), policy: fixedLength(8) }) }],
  ['chain', { create: () => ({ drafter: firstOf(lookupDrafter(), suffixDrafter()), policy: goodputPolicy() }) }],
  ['auto', { create: () => autoDrafting() }],
])

const DRAFT_MODEL = 'draft-model'
/** `auto`, told beforehand what verifying costs. */
const AUTO_MEASURED = 'auto-measured'
/** The same, with the draft model among the drafters. */
const AUTO_MODEL = 'auto-draft-model'

function oracleOf({ prompt, answer }: WriteRequest): Drafter {
  return oracleDrafter([{ id: 'answer', prompt, output: answer }])
}

/** As the orchestrator does it where nothing is said. */
function autoDrafting(costs?: CostCurve, others: readonly Drafter[] = []): ReturnType<Drafting['create']> {
  const policy = goodputPolicy(costs)
  return { drafter: others.length === 0 ? suffixDrafter() : arbiter([suffixDrafter(), ...others], policy), policy }
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
  const model = await loadModel(path, { engine: 'native', threads, contextTokens, mayBlockMs: MAY_BLOCK_MS })
  try {
    const drafter = await modelDrafter(draftModel, {
      target: model,
      name: DRAFT_MODEL,
      load: { mayBlockMs: MAY_BLOCK_MS },
    })
    const costs = await costsOf(model, drafter)
    const modelDraftings = [
      [DRAFT_MODEL, { create: () => ({ drafter, policy: goodputPolicy(costs.copy()) }), isShared: true }],
      [AUTO_MEASURED, { create: () => autoDrafting(costs.copy()) }],
      [AUTO_MODEL, { create: () => autoDrafting(costs.copy(), [drafter]), isShared: true }],
    ] as const
    return await loopGroup('native', model, new Map([...draftings, ...modelDraftings]), async () => {
      await drafter[Symbol.asyncDispose]()
      await model[Symbol.asyncDispose]()
    })
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}

/** What verifying and drafting cost, as a program measures it that loads a draft model. */
async function costsOf(model: EngineModel, drafter: ModelDrafter): Promise<CostCurve> {
  await using target = await model.openTarget()
  const points: CostPoint[] = []
  for (let round = 0; round < 3; round++)
    points.push(...(await target.measureCost({ widths: [1, 2, 4, 6, 9, 17], budgetMs: 400 })).points)
  const text = model.tokenize('one two three four five six seven eight')
  const cost = await measureDraftCost(drafter, target, { text })
  return costCurve(leastPoints(points), { draftSeconds: { [drafter.name]: cost } })
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
  // As a program does while its model loads.
  const policy = goodputPolicy()
  await warmUp({ drafter: () => suffixDrafter(), policy: () => policy })
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
