import type { MachineSource } from '../src/machine/machine-source.js'

/** What a made-up machine consists of. */
export interface MemoryMachineOptions {
  readonly platform?: string
  readonly architecture?: string
  readonly programs?: readonly string[]
  readonly processors?: readonly string[]
  readonly usableCores?: number
  readonly totalBytes?: number
  readonly freeBytes?: number
}

/** A machine whose files are an object: texts by path. */
export function memoryMachine(
  files: Readonly<Record<string, string>>,
  options: MemoryMachineOptions = {},
): MachineSource {
  const { platform = 'linux', architecture = 'x64', programs = [], processors = [] } = options
  return {
    platform,
    architecture,
    readText: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    list(path) {
      const below = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
      return [...new Set(below.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))]
    },
    hasProgram: (name) => programs.includes(name),
    processors: () => processors,
    usableCores: () => options.usableCores ?? 4,
    totalBytes: () => options.totalBytes ?? 2 ** 34,
    freeBytes: () => options.freeBytes ?? 2 ** 33,
    load: () => 0.5,
  }
}

/** Files of a machine with several memory nodes whose cores have two threads each: processors i and i + cores. */
export function twoThreadedFiles(
  { cores, nodes }: { cores: number; nodes: number } = { cores: 8, nodes: 2 },
): Record<string, string> {
  const files: Record<string, string> = {
    '/sys/devices/system/cpu/online': `0-${2 * cores - 1}`,
    '/proc/self/status': `Name:\tnode\nCpus_allowed_list:\t0-${2 * cores - 1}\n`,
    '/proc/meminfo':
      'MemTotal:       1160000000 kB\nMemAvailable:   1100000000 kB\nHugePages_Total:     266\nHugepagesize:    1048576 kB\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never\n',
    '/sys/kernel/mm/transparent_hugepage/defrag': 'always defer defer+madvise [madvise] never\n',
    '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 fma avx512f avx512_vnni avx512_bf16 cannot\n',
  }
  const perNode = cores / nodes
  for (let processor = 0; processor < 2 * cores; processor++) {
    const core = processor % cores
    const folder = `/sys/devices/system/cpu/cpu${processor}`
    files[`${folder}/topology/core_cpus_list`] = `${core},${core + cores}\n`
    files[`${folder}/cpufreq/scaling_governor`] = 'performance\n'
    files[`${folder}/cache/index0/level`] = '1\n'
    files[`${folder}/cache/index0/size`] = '48K\n'
    files[`${folder}/cache/index3/level`] = '3\n'
    files[`${folder}/cache/index3/size`] = '32768K\n'
    files[`${folder}/cache/index3/shared_cpu_list`] = `node of ${Math.floor(core / perNode)}\n`
  }
  for (let node = 0; node < nodes; node++) {
    const first = node * perNode
    const last = first + perNode - 1
    files[`/sys/devices/system/node/node${node}/cpulist`] = `${first}-${last},${first + cores}-${last + cores}\n`
    files[`/sys/devices/system/node/node${node}/meminfo`] = `Node ${node} MemTotal:       ${1_160_000_000 / nodes} kB\n`
  }
  return files
}
