import { cpus, loadavg } from 'node:os'

/** Where and when something was measured. */
export interface BenchMachine {
  readonly cpu: string
  readonly cores: number
  readonly threads: number
  readonly node: string
  /** When the measuring ended, as ISO 8601. */
  readonly measuredAt: string
  /** Processes that wanted a core, on average over the last minute, before the measuring and after it. */
  readonly load: readonly [before: number, after: number]
}

/** Takes note of the load now; the answer describes the machine once the measuring is over. */
export function watchMachine(): (threads: number) => BenchMachine {
  const [before = 0] = loadavg()
  return (threads) => {
    const [after = 0] = loadavg()
    const all = cpus()
    return {
      cpu: all[0]?.model.trim().replace(/\s+/g, ' ') || 'unknown processor',
      cores: all.length,
      threads,
      node: process.version,
      measuredAt: new Date().toISOString(),
      load: [before, after],
    }
  }
}

/** The machine in a sentence, with a warning where it was busy before the measuring began. */
export function machineText({ cpu, cores, threads, node, load }: BenchMachine): string {
  const [before, after] = load
  const words = `${cpu}, ${cores} cores, ${threads} used, Node.js ${node.slice(1)}; load ${before.toFixed(1)} before, ${after.toFixed(1)} after.`
  const busy = before > 0.3 * cores ? ' The machine was busy: speeds say little, ratios a little more.' : ''
  return words + busy
}
