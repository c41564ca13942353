import { createContext, Script } from 'node:vm'

const context = createContext({ work: undefined })
const script = new Script('work()')

/** Does work that cannot wait, and ends it where it takes longer than `ms`: `tooLong` is the error then. */
export function withinTime<T>(work: () => T, ms: number, tooLong: () => Error): T {
  context['work'] = work
  try {
    return script.runInContext(context, { timeout: ms }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw tooLong()
    throw error
  } finally {
    context['work'] = undefined
  }
}
