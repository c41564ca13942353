/** A machine as far as running models depends on it. What could not be found out is left out, and named in `unknown`. */
export interface MachineFacts {
  readonly platform: string
  /** Processor architecture by Node.js's name, e.g. `x64`. */
  readonly architecture: string
  /** Empty where the system does not say. */
  readonly processor: string
  /** Processors that this process may use, hyper-threads counted. */
  readonly logicalCores: number
  /** Cores that this process may use. */
  readonly physicalCores?: number
  /** Memory nodes with the processors next to them. */
  readonly numaNodes?: readonly NumaNode[]
  /** Whether `numactl` is on the path. */
  readonly hasNumactl: boolean
  /** How the clock rate is chosen: `performance`, `powersave` …; several, with commas, where cores differ. */
  readonly governor?: string
  readonly hugePages?: HugePages
  readonly memory: MachineMemory
  /** Bytes of the last cache in front of the memory, all instances together. */
  readonly cacheBytes?: number
  readonly vectorUnits?: readonly string[]
  /** What a container or a service manager allows. */
  readonly limits: MachineLimits
  /** Processes that wanted a core, on average over the last minute; absent on Windows. */
  readonly load?: number
  /** Measured bytes per second that all cores together copy, read and written ones counted. */
  readonly copyBytesPerSecond?: number
  /** What could not be found out here, in words. */
  readonly unknown: readonly string[]
}

/** A memory node. */
export interface NumaNode {
  readonly node: number
  readonly processors: readonly number[]
  readonly memoryBytes: number
}

/** Pages larger than the ordinary ones. */
export interface HugePages {
  /** Transparent ones: `always`, `madvise` or `never`; empty where the kernel has none. */
  readonly transparent: string
  /** When the kernel makes room for them: `defer`, `madvise` …; empty where it does not say. */
  readonly defragmentation: string
  /** Set aside by hand; llama.cpp uses none of them. */
  readonly reservedBytes: number
}

/** Memory of the machine, container limits taken into account. */
export interface MachineMemory {
  readonly totalBytes: number
  /** What can be had without swapping. */
  readonly availableBytes: number
}

/** What a control group allows; absent where it does not limit. */
export interface MachineLimits {
  readonly memoryBytes?: number
  /** Processor time, in cores: 1.5 is one and a half. */
  readonly cores?: number
}
