import { cpus } from 'node:os'
import type { LoadedModel } from '@foretoken/runner-llamacpp'

/** Where a speed was measured: it holds nowhere else. */
export interface Machine {
  readonly cpu: string
  readonly threads: number
  /** Engine and its version. */
  readonly engine: string
  readonly backend: string
}

/** Describes this machine as the loaded model uses it. */
export function machineOf({ facts }: Pick<LoadedModel, 'facts'>): Machine {
  const cpu = cpus()[0]?.model.trim().replace(/\s+/g, ' ') || 'unknown processor'
  return { cpu, threads: facts.threads, engine: `${facts.engine} ${facts.engineVersion}`, backend: facts.backend }
}
