import { createContext, Script } from 'node:vm'
import { SpeculationError } from '@foretoken/contract'

const call = new Script('run()')

/**
 * What `run` returns, or `ERR_BUDGET_EXCEEDED` after `limitMs` of computing. V8 interrupts regular expressions, too, so a
 * pattern that backtracks for ever ends. `run` must be pure: on a machine that is busy with other work it is begun again,
 * with twice the time.
 */
export function withinTime<Value>(limitMs: number, run: () => Value): Value {
  const before = process.cpuUsage()
  for (let timeout = limitMs; ; timeout *= 2) {
    try {
      return call.runInContext(createContext({ run }), { timeout }) as Value
    } catch (cause) {
      if (!(cause as NodeJS.ErrnoException).code?.endsWith('SCRIPT_EXECUTION_TIMEOUT')) throw cause
      const { user, system } = process.cpuUsage(before)
      if ((user + system) / 1000 < NEARLY * limitMs && timeout < MOST_TIMES * limitMs) continue
      throw new SpeculationError('ERR_BUDGET_EXCEEDED', `a check took more than ${limitMs} ms`, { cause })
    }
  }
}

/** The part of the time that a thread of its own gets on a machine with nothing else to do. */
const NEARLY = 0.8
const MOST_TIMES = 16
