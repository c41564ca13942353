import { describe, expect, it } from 'vitest'
import { type MemoryMachineOptions, memoryMachine, twoThreadedFiles } from '../../test/memory-machine.js'
import { inspectMachine } from './inspect-machine.js'

const gigabyte = 1024 * 1_000_000

function inspect(files: Readonly<Record<string, string>>, options: MemoryMachineOptions = {}) {
  return inspectMachine({ measure: false, source: memoryMachine(files, options) })
}

describe('Linux', () => {
  it('tells cores from threads, and knows nodes, governor, huge pages, caches and vector units', async () => {
    const facts = await inspect(twoThreadedFiles(), { programs: ['numactl'], processors: ['EPYC', 'EPYC'] })
    expect(facts).toEqual({
      platform: 'linux',
      architecture: 'x64',
      processor: 'EPYC',
      logicalCores: 16,
      physicalCores: 8,
      hasNumactl: true,
      numaNodes: [
        { node: 0, processors: [0, 1, 2, 3, 8, 9, 10, 11], memoryBytes: 580 * gigabyte },
        { node: 1, processors: [4, 5, 6, 7, 12, 13, 14, 15], memoryBytes: 580 * gigabyte },
      ],
      governor: 'performance',
      hugePages: { transparent: 'always', defragmentation: 'madvise', reservedBytes: 266 * 2 ** 30 },
      cacheBytes: 2 ** 26,
      memory: { totalBytes: 1160 * gigabyte, availableBytes: 1100 * gigabyte },
      vectorUnits: ['SSE4.2', 'AVX', 'AVX2', 'FMA', 'AVX-512', 'AVX-512 VNNI', 'AVX-512 BF16'],
      limits: {},
      load: 0.5,
      unknown: ['copy bandwidth'],
    })
  })

  it('counts only processors that the process may use', async () => {
    const status = { '/proc/self/status': 'Cpus_allowed_list:\t0-2,8\n' }
    const { logicalCores, physicalCores, cacheBytes } = await inspect({ ...twoThreadedFiles(), ...status })
    expect({ logicalCores, physicalCores, cacheBytes }).toEqual({
      logicalCores: 4,
      physicalCores: 3,
      cacheBytes: 2 ** 25,
    })
  })

  it('names every governor where cores differ', async () => {
    const other = { '/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor': 'powersave\n' }
    expect((await inspect({ ...twoThreadedFiles(), ...other })).governor).toBe('performance,powersave')
  })

  it('says what it does not know where nothing can be read', async () => {
    const facts = await inspect({}, { usableCores: 3 })
    expect(facts.logicalCores).toBe(3)
    expect(facts.unknown).toEqual([
      'the processor’s name',
      'physical cores',
      'NUMA nodes',
      'the clock governor',
      'huge pages',
      'the size of the caches',
      'vector units',
      'copy bandwidth',
    ])
    expect(facts.memory).toEqual({ totalBytes: 2 ** 34, availableBytes: 2 ** 33 })
  })
})

describe('control groups', () => {
  const mount2 = '31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n'
  const mount1 =
    '34 31 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n'

  it('of version 2: the tightest of all groups above', async () => {
    const files = {
      ...twoThreadedFiles(),
      '/proc/self/mountinfo': mount2,
      '/proc/self/cgroup': '0::/user/job\n',
      '/sys/fs/cgroup/user/job/memory.max': 'max\n',
      '/sys/fs/cgroup/user/memory.max': `${2 ** 33}\n`,
      '/sys/fs/cgroup/user/memory.current': `${3 * 2 ** 30}\n`,
      '/sys/fs/cgroup/user/memory.stat': `anon 5\ninactive_file ${2 ** 30}\n`,
      '/sys/fs/cgroup/user/cpu.max': '250000 100000\n',
      '/sys/fs/cgroup/cpu.max': 'max 100000\n',
    }
    const { limits, memory } = await inspect(files)
    expect(limits).toEqual({ memoryBytes: 2 ** 33, cores: 2.5 })
    expect(memory).toEqual({ totalBytes: 2 ** 33, availableBytes: 6 * 2 ** 30 })
  })

  it('of version 1, where a limit that was never set is no limit', async () => {
    const files = {
      ...twoThreadedFiles(),
      '/proc/self/mountinfo': mount1,
      '/proc/self/cgroup': '4:memory:/a/b\n1:cpu,cpuacct:/a\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': `${2 ** 32}\n`,
      '/sys/fs/cgroup/memory/a/memory.usage_in_bytes': `${2 ** 31}\n`,
      '/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    }
    const { limits, memory } = await inspect(files)
    expect(limits).toEqual({ memoryBytes: 2 ** 32 })
    expect(memory.availableBytes).toBe(2 ** 31)
  })

  it('inside of a container, whose mount begins at its own group', async () => {
    const files = {
      ...twoThreadedFiles(),
      '/proc/self/mountinfo': '31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
      '/proc/self/cgroup': '0::/docker/abc\n',
      '/sys/fs/cgroup/memory.max': `${2 ** 31}\n`,
    }
    expect((await inspect(files)).limits).toEqual({ memoryBytes: 2 ** 31 })
  })

  it('a limit above the machine’s memory changes nothing', async () => {
    const files = {
      ...twoThreadedFiles(),
      '/proc/self/mountinfo': mount2,
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': `${2 ** 50}\n`,
    }
    expect((await inspect(files)).memory.totalBytes).toBe(1160 * gigabyte)
  })
})

describe('other systems', () => {
  it('says plainly what is unknown', async () => {
    const options = { platform: 'darwin', architecture: 'arm64', processors: ['Apple M4'], usableCores: 10 }
    const facts = await inspect({ '/proc/meminfo': 'MemTotal: 1 kB' }, options)
    expect(facts.memory.totalBytes).toBe(2 ** 34)
    expect([facts.logicalCores, facts.processor, facts.vectorUnits]).toEqual([10, 'Apple M4', ['NEON']])
    expect(facts.unknown).toContain('physical cores')
    expect(facts.unknown).not.toContain('vector units')
  })
})

describe('this machine', () => {
  it('is measured', async () => {
    const facts = await inspectMachine()
    expect(facts.logicalCores).toBeGreaterThanOrEqual(facts.physicalCores ?? 1)
    expect(facts.memory.availableBytes).toBeLessThanOrEqual(facts.memory.totalBytes)
    // Slower than any memory is, and faster than any.
    expect(facts.copyBytesPerSecond).toBeGreaterThan(2 ** 27)
    expect(facts.copyBytesPerSecond).toBeLessThan(2 ** 43)
    expect(facts.unknown).not.toContain('copy bandwidth')
  })
})
