import { SpeculationError } from '@foretoken/contract'
import type { MachineFacts } from '../machine/machine-facts.js'
import type {
  MemoryPlace,
  MemoryPlan,
  MemoryPools,
  PlanMemoryOptions,
  PlannedModel,
  PoolModel,
} from './memory-pools.js'

interface Candidate extends Required<Omit<PoolModel, 'loadSeconds'>> {
  readonly loadSeconds: number | undefined
}

interface Room {
  readonly budgetBytes: number
  readonly hotBytes: number
  readonly warm: readonly Candidate[]
}

/**
 * Says which models are hot, warm, or loaded on demand, what is given up for what, and why. Pinned models come first, then
 * those of higher priority, then smaller ones; the order in which they are named does not matter. Takes
 * O(models² · log models).
 */
export function planMemory(
  pools: MemoryPools,
  machine: Pick<MachineFacts, 'memory'>,
  options: PlanMemoryOptions = {},
): MemoryPlan {
  assertModels(pools)
  const budgetBytes = budgetOf(machine, options)
  const hotWanted = candidates(pools.hot, options)
  const { taken: hot, left: coldHot } = fill(hotWanted, budgetBytes)
  const hotBytes = sum(hot)
  const { taken: warm, left: coldWarm } = fill(candidates(pools.warm, options), budgetBytes - hotBytes)
  const room = { budgetBytes, hotBytes, warm }
  const coldOnes = [...coldHot, ...coldWarm].toSorted(byRank)
  return {
    budgetBytes,
    hotBytes,
    loadedBytes: hotBytes + sum(warm),
    models: [
      ...hot.map((model) => planned(model, 'hot', hotReason(model, hot))),
      ...warm.map((model) => planned(model, 'warm', warmReason(model, room))),
      ...coldOnes.map((model) => coldModel(model, room)).toSorted(onDemandFirst),
    ],
  }
}

function budgetOf({ memory }: Pick<MachineFacts, 'memory'>, options: PlanMemoryOptions): number {
  const { reserveBytes = Math.max(2 ** 30, Math.ceil(memory.totalBytes / 20)) } = options
  const { budgetBytes = Math.max(0, memory.totalBytes - reserveBytes) } = options
  for (const [option, value] of Object.entries({ reserveBytes, budgetBytes })) assertBytes(option, value)
  return budgetBytes
}

function candidates(models: readonly PoolModel[], { loadBytesPerSecond }: PlanMemoryOptions): readonly Candidate[] {
  return models
    .map(({ name, bytes, isPinned = false, priority = 0, loadSeconds }) => {
      const estimate = loadBytesPerSecond === undefined ? undefined : bytes / loadBytesPerSecond
      return { name, bytes, isPinned, priority, loadSeconds: loadSeconds ?? estimate }
    })
    .toSorted(byRank)
}

function byRank(one: Candidate, other: Candidate): number {
  return (
    Number(other.isPinned) - Number(one.isPinned) ||
    other.priority - one.priority ||
    one.bytes - other.bytes ||
    byName(one, other)
  )
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : Number(one.name > other.name)
}

/** Takes what fits, one after another; what does not fit leaves its room to those behind it. */
function fill(
  models: readonly Candidate[],
  roomBytes: number,
): { readonly taken: readonly Candidate[]; readonly left: readonly Candidate[] } {
  const taken: Candidate[] = []
  const left: Candidate[] = []
  let free = roomBytes
  for (const model of models) {
    if (model.bytes > free) {
      left.push(model)
      continue
    }
    free -= model.bytes
    taken.push(model)
  }
  return { taken, left }
}

function coldModel(model: Candidate, room: Room): PlannedModel {
  const roomBytes = room.budgetBytes - room.hotBytes
  if (model.bytes > roomBytes) return planned(model, 'impossible', tooLargeReason(model, room))
  const evicted = evictionFor(model, room)
  const names = evicted.map(({ name }) => name)
  const back = secondsWords(evicted)
  const because = `It needs ${gigabytes(model.bytes)} of the ${gigabytes(roomBytes)} that are not hot; ${names.join(', ')} ${names.length === 1 ? 'makes' : 'make'} room${back}.`
  return { ...planned(model, 'on-demand', because), evicts: names }
}

/** Of least rank and quickest to load again first; none is given up without need. */
function evictionFor(model: Candidate, { budgetBytes, hotBytes, warm }: Room): readonly Candidate[] {
  const needed = model.bytes - (budgetBytes - hotBytes - sum(warm))
  const cheapestFirst = warm.toSorted(
    (one, other) =>
      Number(one.isPinned) - Number(other.isPinned) ||
      one.priority - other.priority ||
      reloadCost(one) - reloadCost(other) ||
      byName(one, other),
  )
  let evicted: Candidate[] = []
  for (const one of cheapestFirst) {
    if (sum(evicted) >= needed) break
    evicted.push(one)
  }
  for (const one of evicted.toReversed()) {
    const rest = evicted.filter((other) => other !== one)
    if (sum(rest) >= needed) evicted = rest
  }
  return evicted
}

/** Where nobody knows the seconds, larger models take longer. */
function reloadCost({ loadSeconds, bytes }: Candidate): number {
  return loadSeconds ?? bytes / 2 ** 30
}

function hotReason(model: Candidate, hot: readonly Candidate[]): string {
  const pinned = model.isPinned ? 'It is pinned' : 'It is in the hot pool'
  return `${pinned} and fits: ${gigabytes(sum(hot.slice(0, hot.indexOf(model) + 1)))} are hot with it.`
}

function warmReason({ bytes }: Candidate, { budgetBytes, hotBytes }: Room): string {
  return `Its ${gigabytes(bytes)} fit into the ${gigabytes(budgetBytes - hotBytes)} that are not hot.`
}

function tooLargeReason({ bytes }: Candidate, { budgetBytes, hotBytes }: Room): string {
  if (bytes > budgetBytes) return `It needs ${gigabytes(bytes)}, and models may take ${gigabytes(budgetBytes)} in all.`
  return `It needs ${gigabytes(bytes)}, and besides the hot models ${gigabytes(budgetBytes - hotBytes)} are left.`
}

function secondsWords(models: readonly Candidate[]): string {
  const seconds = models.map(({ loadSeconds }) => loadSeconds)
  if (seconds.some((one) => one === undefined)) return ''
  const total = seconds.reduce<number>((all, one) => all + (one ?? 0), 0)
  return ` and ${models.length === 1 ? 'takes' : 'take'} ${total.toFixed(1)} s to load again`
}

function planned({ name, bytes, loadSeconds }: Candidate, place: MemoryPlace, because: string): PlannedModel {
  return { name, bytes, place, evicts: [], ...(loadSeconds !== undefined && { loadSeconds }), because }
}

function onDemandFirst(one: PlannedModel, other: PlannedModel): number {
  return Number(one.place === 'impossible') - Number(other.place === 'impossible')
}

function sum(models: readonly Candidate[]): number {
  return models.reduce((total, { bytes }) => total + bytes, 0)
}

function assertModels({ hot, warm }: MemoryPools): void {
  const seen = new Set<string>()
  for (const { name, bytes } of [...hot, ...warm]) {
    assertBytes(`bytes of ${name}`, bytes)
    if (seen.has(name)) {
      const cure = 'roles that share a server are one model'
      throw new SpeculationError('ERR_OPTION_INVALID', `${name} is in the pools twice; ${cure}`, { details: { name } })
    }
    seen.add(name)
  }
}

function assertBytes(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be a whole number of bytes, got ${value}`, {
    details: { option, value },
  })
}

/** Bytes as people read them, in units of 10⁹ or 10⁶. */
function gigabytes(bytes: number): string {
  if (bytes < 1e8) return `${(bytes / 1e6).toFixed(1)} MB`
  return bytes < 1e11 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e9)} GB`
}
