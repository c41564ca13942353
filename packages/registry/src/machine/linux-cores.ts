import type { NumaNode } from './machine-facts.js'
import type { MachineSource } from './machine-source.js'
import { numberList } from './number-list.js'

/** What Linux says of the processors that this process may use. */
export interface LinuxCores {
  readonly processors: readonly number[]
  readonly physicalCores?: number
  readonly numaNodes?: readonly NumaNode[]
  readonly governor?: string
  readonly cacheBytes?: number
}

const folder = '/sys/devices/system'

/** Reads /sys and /proc; a processor that is offline or outside of the process's affinity does not count. */
export function linuxCores(source: MachineSource): LinuxCores {
  const processors = usableProcessors(source)
  const physicalCores = distinct(processors.map((index) => siblings(source, index)))
  const governors = [
    ...new Set(processors.flatMap((index) => text(source, `${folder}/cpu/cpu${index}/cpufreq/scaling_governor`) || [])),
  ]
  const numaNodes = readNodes(source)
  const cacheBytes = lastCacheBytes(source, processors)
  return {
    processors,
    ...(physicalCores > 0 && { physicalCores }),
    ...(numaNodes.length > 0 && { numaNodes }),
    ...(governors.length > 0 && { governor: governors.sort().join(',') }),
    ...(cacheBytes > 0 && { cacheBytes }),
  }
}

function usableProcessors(source: MachineSource): readonly number[] {
  const online = numberList(source.readText(`${folder}/cpu/online`))
  const status = source.readText('/proc/self/status') ?? ''
  const allowed = new Set(numberList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]))
  return allowed.size === 0 ? online : online.filter((index) => allowed.has(index))
}

/** The processors of one core; kernels before 5.x call the file otherwise. */
function siblings(source: MachineSource, index: number): string {
  const topology = `${folder}/cpu/cpu${index}/topology`
  return text(source, `${topology}/core_cpus_list`) || text(source, `${topology}/thread_siblings_list`)
}

function readNodes(source: MachineSource): readonly NumaNode[] {
  return source
    .list(`${folder}/node`)
    .flatMap((name) => /^node(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other)
    .map((node) => {
      const memory = source.readText(`${folder}/node/node${node}/meminfo`) ?? ''
      const total = /MemTotal:\s*(\d+) kB/.exec(memory)?.[1] ?? '0'
      return {
        node,
        processors: numberList(source.readText(`${folder}/node/node${node}/cpulist`)),
        memoryBytes: 1024 * Number(total),
      }
    })
    .filter(({ memoryBytes, processors }) => memoryBytes > 0 || processors.length > 0)
}

/** Sum over the instances of the highest level. */
function lastCacheBytes(source: MachineSource, processors: readonly number[]): number {
  const instances = new Map<string, { readonly level: number; readonly bytes: number }>()
  for (const index of processors) {
    const caches = `${folder}/cpu/cpu${index}/cache`
    for (const name of source.list(caches)) {
      const level = Number(text(source, `${caches}/${name}/level`))
      const bytes = sizeOf(text(source, `${caches}/${name}/size`))
      const shared = text(source, `${caches}/${name}/shared_cpu_list`)
      if (level >= 2 && bytes > 0) instances.set(`${level}/${shared}`, { level, bytes })
    }
  }
  const highest = Math.max(0, ...[...instances.values()].map(({ level }) => level))
  return [...instances.values()].filter(({ level }) => level === highest).reduce((total, { bytes }) => total + bytes, 0)
}

function sizeOf(written: string): number {
  const [, count = '0', unit = ''] = /^(\d+)([KMG]?)$/.exec(written) ?? []
  return Number(count) * ({ K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit] ?? 1)
}

function distinct(names: readonly string[]): number {
  return new Set(names.filter((name) => name !== '')).size
}

function text(source: MachineSource, path: string): string {
  return source.readText(path)?.trim() ?? ''
}
