import type { MachineFacts } from '@foretoken/registry'

/** Load of a core above which times say little. */
const busyLoad = 0.5

/** Whether others used the cores just before. */
export function isBusy({ load = 0, physicalCores, logicalCores }: MachineFacts): boolean {
  return load > busyLoad * (physicalCores ?? logicalCores)
}

/** What about a machine makes models slow, each with its cure. */
export function machineFindings(machine: MachineFacts): readonly string[] {
  const { governor = '', hugePages, numaNodes = [], hasNumactl, limits, physicalCores, vectorUnits } = machine
  const slowGovernors = governor.split(',').filter((name) => name === 'powersave' || name === 'conservative')
  return [
    ...(isBusy(machine)
      ? [
          `Others use the cores (load ${machine.load?.toFixed(1)} in the last minute): times, and what follows from them, are those of a busy machine; measure again when it is idle.`,
        ]
      : []),
    ...(slowGovernors.length > 0
      ? [
          `The clock governor is ${slowGovernors.join(', ')}: cores run slowly until they were busy for a while; cpupower frequency-set -g performance ends that.`,
        ]
      : []),
    ...(hugePages?.transparent === 'never'
      ? [
          'Transparent huge pages are off; echo madvise > /sys/kernel/mm/transparent_hugepage/enabled lets large models use them.',
        ]
      : []),
    ...(hugePages !== undefined && hugePages.reservedBytes > 0
      ? [
          `${(hugePages.reservedBytes / 2 ** 30).toFixed(1)} GiB of huge pages are set aside, which llama.cpp does not use; they are lost to models.`,
        ]
      : []),
    ...(numaNodes.length > 1 && !hasNumactl
      ? [`There are ${numaNodes.length} memory nodes and no numactl: install it to spread weights over all of them.`]
      : []),
    ...(limits.cores !== undefined && physicalCores !== undefined && limits.cores < physicalCores
      ? [`The container allows ${limits.cores} of ${physicalCores} cores; more threads than that wait for each other.`]
      : []),
    ...(machine.architecture === 'x64' && vectorUnits !== undefined && !vectorUnits.includes('AVX2')
      ? ['The processor has no AVX2: llama.cpp is several times slower without it.']
      : []),
  ]
}
