import { copyBandwidth } from './copy-bandwidth.js'
import { linuxCores } from './linux-cores.js'
import { linuxLimits } from './linux-limits.js'
import { linuxHugePages, linuxMemory } from './linux-memory.js'
import type { MachineFacts, MachineMemory } from './machine-facts.js'
import { type MachineSource, thisMachine } from './machine-source.js'
import { vectorUnits } from './vector-units.js'

/** Options of {@link inspectMachine}. */
export interface InspectMachineOptions {
  /**
   * Whether the copy bandwidth is measured, which takes about half a second.
   * @defaultValue true
   */
  readonly measure?: boolean
  /**
   * Where the facts come from.
   * @defaultValue the machine that this process runs on
   */
  readonly source?: MachineSource
}

/** Finds out what running models depends on: from /sys and /proc on Linux, from Node.js elsewhere. */
export async function inspectMachine(options: InspectMachineOptions = {}): Promise<MachineFacts> {
  const { measure = true, source = thisMachine } = options
  const found = source.platform === 'linux' ? linuxFacts(source) : otherFacts(source)
  const copyBytesPerSecond = measure ? await copyBandwidth(copyPlan(found)) : undefined
  const facts = { ...found, ...(copyBytesPerSecond !== undefined && { copyBytesPerSecond }) }
  return { ...facts, unknown: unknownOf(facts) }
}

type FoundFacts = Omit<MachineFacts, 'unknown'>

/** As many threads as may run at once, and more bytes than lie in the caches, as far as the memory has them. */
function copyPlan({ physicalCores, logicalCores, limits, cacheBytes = 0, memory }: FoundFacts): {
  readonly threads: number
  readonly bytes: number
} {
  const cores = Math.min(physicalCores ?? logicalCores, Math.ceil(limits.cores ?? logicalCores))
  const wanted = Math.max(2 ** 28, 4 * cacheBytes)
  const possible = Math.floor(Math.min(2 ** 32, memory.availableBytes / 8))
  return { threads: Math.max(1, Math.min(cores, 1024)), bytes: Math.max(2 ** 20, Math.min(wanted, possible)) }
}

function linuxFacts(source: MachineSource): FoundFacts {
  const { processors, ...cores } = linuxCores(source)
  const { usedBytes, ...limits } = linuxLimits(source)
  const memory = linuxMemory(source) ?? { totalBytes: source.totalBytes(), availableBytes: source.freeBytes() }
  const hugePages = linuxHugePages(source)
  return {
    ...common(source),
    logicalCores: processors.length || source.usableCores(),
    ...cores,
    ...(hugePages && { hugePages }),
    memory: limited(memory, limits.memoryBytes, usedBytes),
    limits,
  }
}

/** A group cannot have more than its limit, nor more than the machine has left. */
function limited(memory: MachineMemory, limit: number | undefined, usedBytes = 0): MachineMemory {
  if (limit === undefined) return memory
  return {
    totalBytes: Math.min(memory.totalBytes, limit),
    availableBytes: Math.min(memory.availableBytes, Math.max(0, limit - usedBytes)),
  }
}

function otherFacts(source: MachineSource): FoundFacts {
  return {
    ...common(source),
    logicalCores: source.usableCores(),
    memory: { totalBytes: source.totalBytes(), availableBytes: source.freeBytes() },
    limits: {},
  }
}

function common(
  source: MachineSource,
): Pick<FoundFacts, 'platform' | 'architecture' | 'processor' | 'hasNumactl' | 'vectorUnits' | 'load'> {
  const units = vectorUnits(source)
  return {
    platform: source.platform,
    architecture: source.architecture,
    processor: source.processors()[0] ?? '',
    hasNumactl: source.hasProgram('numactl'),
    ...(units && { vectorUnits: units }),
    // Windows has no such figure, and Node.js tells 0.
    ...(source.platform !== 'win32' && { load: source.load() }),
  }
}

function unknownOf(facts: FoundFacts): readonly string[] {
  const names: readonly (readonly [value: unknown, name: string])[] = [
    [facts.processor || undefined, 'the processor’s name'],
    [facts.physicalCores, 'physical cores'],
    [facts.numaNodes, 'NUMA nodes'],
    [facts.governor, 'the clock governor'],
    [facts.hugePages, 'huge pages'],
    [facts.cacheBytes, 'the size of the caches'],
    [facts.vectorUnits, 'vector units'],
    [facts.copyBytesPerSecond, 'copy bandwidth'],
  ]
  return names.flatMap(([value, name]) => (value === undefined ? name : []))
}
