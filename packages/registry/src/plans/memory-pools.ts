/** Models that share the memory of a machine. */
export interface MemoryPools {
  /** Loaded at the start and kept. */
  readonly hot: readonly PoolModel[]
  /** Loaded when wanted, and given up for others. */
  readonly warm: readonly PoolModel[]
}

/** A model in a pool; one that several roles share is one. */
export interface PoolModel {
  /** Unique among both pools. */
  readonly name: string
  /** Memory that it takes when loaded: weights, context and buffers, its draft model's too. */
  readonly bytes: number
  /**
   * Whether it is loaded before all that are not.
   * @defaultValue false
   */
  readonly isPinned?: boolean
  /**
   * The higher, the earlier it is loaded and the later given up.
   * @defaultValue 0
   */
  readonly priority?: number
  /** Measured seconds that loading takes. */
  readonly loadSeconds?: number
}

/** Options of {@link planMemory}. */
export interface PlanMemoryOptions {
  /**
   * Bytes that models may take.
   * @defaultValue the machine's memory less `reserveBytes`
   */
  readonly budgetBytes?: number
  /**
   * Bytes that are left to everything else.
   * @defaultValue a twentieth of the memory, at least 1 GiB
   */
  readonly reserveBytes?: number
  /**
   * Bytes per second that the disk gives, from which load times are estimated that nobody measured.
   * @defaultValue unknown
   */
  readonly loadBytesPerSecond?: number
}

/** What is where, and why. */
export interface MemoryPlan {
  readonly budgetBytes: number
  /** Taken by hot models. */
  readonly hotBytes: number
  /** Taken by hot and by warm models. */
  readonly loadedBytes: number
  /** All of them, each once: hot ones first, then by place in the order of loading. */
  readonly models: readonly PlannedModel[]
}

/**
 * `hot`: loaded and kept. `warm`: loaded, and given up when another needs the room. `on-demand`: others are given up when
 * it is wanted. `impossible`: too large even then.
 */
export type MemoryPlace = 'hot' | 'warm' | 'on-demand' | 'impossible'

/** Where one model is. */
export interface PlannedModel {
  readonly name: string
  readonly bytes: number
  readonly place: MemoryPlace
  /** Names of the warm models that are given up when it is wanted. */
  readonly evicts: readonly string[]
  /** Measured or estimated; absent where it is unknown. */
  readonly loadSeconds?: number
  readonly because: string
}
