import type { Exported, LaunchPlan, MachineFacts, MemoryPlan } from '@foretoken/registry'

/** What `foretoken plan` says. */
export interface PlanResult {
  readonly machine: MachineFacts
  /** Name of the registry; absent for a file. */
  readonly registry?: string
  readonly memory: MemoryPlan
  readonly launches: readonly PlannedLaunch[]
  /** What is not planned, and why. */
  readonly notes: readonly string[]
  /** Absent unless a configuration was asked for. */
  readonly exported?: Exported
}

/** How one model is started. */
export interface PlannedLaunch {
  /** The role, or the file's name. */
  readonly name: string
  /** The model in words. */
  readonly model: string
  readonly plan: LaunchPlan
  /** Its name among the memory's models; absent where it is not planned there. */
  readonly memoryName?: string
  /** What is missing, in sentences. */
  readonly notes: readonly string[]
}
