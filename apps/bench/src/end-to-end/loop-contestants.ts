import { fixedLength, windowedLength } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError, type Target } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { type LoadedModel, loadModel } from '@foretoken/runner-llamacpp'
import { hopelessDrafter } from '../hopeless-drafter.js'
import { oracleDrafter } from '../replay/baselines/oracle.js'
import { timedText } from '../timed-text.js'
import type { ContestantGroup, WriteRequest } from './contestant.js'

interface Drafting {
  readonly create: (request: WriteRequest) => Drafter
  readonly policy: () => LengthPolicy
}

/** What drafts for our loop, by name; each text begins with nothing learned. */
const draftings: ReadonlyMap<string, Drafting | undefined> = new Map<string, Drafting | undefined>([
  ['plain', undefined],
  [
    'oracle',
    {
      create: ({ prompt, answer }) => oracleDrafter([{ id: 'answer', prompt, output: answer }]),
      policy: () => fixedLength(16),
    },
  ],
  ['hopeless', { create: ({ answer }) => hopelessDrafter(answer), policy: () => fixedLength(8) }],
  ['lookup', { create: () => lookupDrafter(), policy: () => windowedLength() }],
  ['suffix', { create: () => suffixDrafter(), policy: () => windowedLength() }],
])

/** What the groups run on. */
export interface LoopOptions {
  readonly model: string
  readonly threads: number
  readonly contextTokens: number
  readonly wanted: (engine: string) => boolean
}

/** Our loop on each engine of the runner; `reference` is the model as node-llama-cpp has loaded it. */
export async function loopGroups(reference: LoadedModel, options: LoopOptions): Promise<ContestantGroup[]> {
  const groups: ContestantGroup[] = []
  if (options.wanted(engineName('node-llama-cpp'))) groups.push(await loopGroup('node-llama-cpp', reference))
  if (!options.wanted(engineName('native'))) return groups
  const { model: path, threads, contextTokens } = options
  try {
    const native = await loadModel(path, { engine: 'native', threads, contextTokens })
    groups.push(await loopGroup('native', native, () => native[Symbol.asyncDispose]()))
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ENGINE_LOST') && !SpeculationError.is(error, 'ERR_ENGINE_VERSION')) throw error
    groups.push(absentGroup(error.message))
  }
  return groups
}

function engineName(engine: string): string {
  return `foretoken/${engine}`
}

/** Every way in which our loop writes on one model. */
async function loopGroup(
  name: string,
  model: LoadedModel,
  close: () => PromiseLike<void> = async () => {},
): Promise<ContestantGroup> {
  const target = await model.openTarget()
  const present = [...draftings].map(([drafter, drafting]) => ({
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

async function writeText(target: Target, request: WriteRequest, drafting: Drafting | undefined) {
  const { prompt, maxTokens, signal } = request
  using drafter = drafting?.create(request)
  const how = drafting && drafter && { drafter, policy: drafting.policy() }
  const text = await timedText({ target, prompt, maxTokens, signal, ...how })
  return { ...text, timedTokens: text.tokens.length }
}
