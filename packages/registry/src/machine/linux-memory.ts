import type { HugePages, MachineMemory } from './machine-facts.js'
import type { MachineSource } from './machine-source.js'

/** Reads /proc/meminfo; `undefined` where it does not say. */
export function linuxMemory(source: MachineSource): MachineMemory | undefined {
  const totalBytes = bytesOf(source, 'MemTotal')
  const availableBytes = bytesOf(source, 'MemAvailable') ?? bytesOf(source, 'MemFree')
  if (totalBytes === undefined || availableBytes === undefined) return undefined
  return { totalBytes, availableBytes }
}

/** Reads how the kernel hands out huge pages; `undefined` where it says nothing. */
export function linuxHugePages(source: MachineSource): HugePages | undefined {
  const transparent = chosen(source, 'enabled')
  const count = Number(lineOf(source, 'HugePages_Total') ?? 0)
  const size = bytesOf(source, 'Hugepagesize') ?? 0
  if (transparent === '' && size === 0) return undefined
  return { transparent, defragmentation: chosen(source, 'defrag'), reservedBytes: count * size }
}

/** The word in brackets, as in `always [madvise] never`. */
function chosen(source: MachineSource, name: string): string {
  const text = source.readText(`/sys/kernel/mm/transparent_hugepage/${name}`) ?? ''
  return /\[([^\]]+)\]/.exec(text)?.[1] ?? ''
}

function bytesOf(source: MachineSource, name: string): number | undefined {
  const [, count] = /^(\d+) kB$/.exec(lineOf(source, name) ?? '') ?? []
  return count === undefined ? undefined : 1024 * Number(count)
}

function lineOf(source: MachineSource, name: string): string | undefined {
  const text = source.readText('/proc/meminfo') ?? ''
  return new RegExp(`^${name}:\\s*(.*\\S)\\s*$`, 'm').exec(text)?.[1]
}
