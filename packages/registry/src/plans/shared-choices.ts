import type { MachineFacts } from '../machine/machine-facts.js'
import type { LaunchChoice, LaunchEngine, OpenMpFacts } from './launch-plan.js'

/** Below this a gain is noise. */
const leastOpenMpGain = 1.05

/** One thread for each core; what a container allows of them. */
export function threadsChoice(machine: MachineFacts): LaunchChoice {
  const { physicalCores, logicalCores, limits } = machine
  if (physicalCores === undefined) {
    return {
      about: 'threads',
      args: [],
      because: `How many of the ${logicalCores} logical cores are cores of their own is not known here; the engine chooses.`,
    }
  }
  const allowed = Math.max(1, Math.floor(limits.cores ?? physicalCores))
  const threads = Math.min(physicalCores, allowed)
  const args = ['--threads', String(threads)]
  if (allowed < physicalCores) {
    return {
      about: 'threads',
      args,
      because: `The container allows ${limits.cores} of ${physicalCores} cores; more threads would wait for each other.`,
    }
  }
  const because =
    logicalCores > physicalCores
      ? `One thread for each of the ${threads} cores: the second thread of a core shares its arithmetic and makes decoding slower.`
      : `One thread for each of the ${threads} cores.`
  return { about: 'threads', args, because }
}

/** Weights spread over all memory nodes, so that every memory channel is read. */
export function nodesChoice(machine: MachineFacts, engine: LaunchEngine): LaunchChoice {
  const { numaNodes, hasNumactl } = machine
  const about = 'memory nodes'
  if (numaNodes === undefined) {
    return { about, args: [], because: 'How many memory nodes there are is not known here; nothing is bound to any.' }
  }
  if (numaNodes.length < 2)
    return { about, args: [], because: 'There is one memory node: nothing to spread or to bind.' }
  if (hasNumactl) {
    return {
      about,
      args: [],
      wrapper: ['numactl', '--interleave=all'],
      because: `The weights are spread over ${numaNodes.length} memory nodes, so that all memory channels are read at once; pages that the file cache holds already stay where they are.`,
    }
  }
  const cure = 'install numactl to spread the weights over them'
  if (engine === 'embedded') {
    return { about, args: [], because: `There are ${numaNodes.length} memory nodes and no numactl; ${cure}.` }
  }
  return {
    about,
    args: ['--numa', 'distribute'],
    because: `There are ${numaNodes.length} memory nodes and no numactl: llama.cpp spreads its threads over them; ${cure}, too.`,
  }
}

/** What gives the weights huge pages. Nothing that was not measured on this machine is set. */
export function hugePagesChoice({ hugePages }: MachineFacts, engine: LaunchEngine): LaunchChoice {
  const choice = (because: string): LaunchChoice => ({ about: 'huge pages', args: [], because })
  const transparent = hugePages?.transparent ?? ''
  if (transparent === '')
    return choice('Whether this system gives models huge pages is not known here; nothing is set.')
  if (transparent === 'never')
    return choice(
      'Transparent huge pages are off, and each 4 KiB of weights takes a look-up: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled.',
    )
  if (engine === 'embedded')
    return choice('Weights that take at most half of the free memory are read into huge pages; others are mapped.')
  const allocating = transparent === 'always' ? '' : 'GLIBC_TUNABLES=glibc.malloc.hugetlb=1 and '
  return choice(
    `A mapped file has no huge pages; weights that are read have them, with ${allocating}--load-mode none. A step took a fifth less time where that was measured, on a virtual machine; measure it here before it is set, as read weights are not shared with other processes.`,
  )
}

/** No variable of OpenMP unless it does something and was seen to help. */
export function openMpChoice(facts: OpenMpFacts | undefined): LaunchChoice {
  const about = 'OpenMP'
  const choice = (because: string): LaunchChoice => ({ about, args: [], because })
  if (facts === undefined)
    return choice(
      'Whether the program is linked with OpenMP is not known; OMP_NUM_THREADS is not set without a measurement.',
    )
  const { isLinked, threads, speedup } = facts
  if (!isLinked) return choice('The engine is not linked with OpenMP: OMP_NUM_THREADS would do nothing.')
  if (threads === undefined || speedup === undefined)
    return choice('The engine is linked with OpenMP; what OMP_NUM_THREADS brings was not measured, so it is not set.')
  const measured = `OMP_NUM_THREADS=${threads} was measured at ${speedup.toFixed(2)}× of the speed without it`
  if (speedup < leastOpenMpGain) return choice(`${measured}: it is not set.`)
  return { ...choice(`${measured}.`), environment: { OMP_NUM_THREADS: String(threads) } }
}
