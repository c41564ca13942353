import { createContext, Script } from 'node:vm'
import { SpeculationError } from '@foretoken/contract'

const call = new Script('run()')

/**
 * What `run` returns, or `ERR_BUDGET_EXCEEDED` after `limitMs`. V8 interrupts regular expressions, too, so a pattern
 * that backtracks for ever ends; what `run` had changed stays changed.
 */
export function withinTime<Value>(limitMs: number, run: () => Value): Value {
  try {
    return call.runInContext(createContext({ run }), { timeout: limitMs }) as Value
  } catch (cause) {
    if (!(cause as NodeJS.ErrnoException).code?.endsWith('SCRIPT_EXECUTION_TIMEOUT')) throw cause
    throw new SpeculationError('ERR_BUDGET_EXCEEDED', `a check took more than ${limitMs} ms`, { cause })
  }
}
