import { createContext, Script } from 'node:vm'

const context = createContext({ work: undefined })
const script = new Script('work()')

/** Does work that cannot wait, and ends it where it takes longer than `ms`: `tooLong` is the error then. */
export function withinTime<T>(work: () => T, ms: number, tooLong: () => Error): T {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined
  context['work'] = () => {
    try {
      outcome = { value: work() }
    } catch (error) {
      outcome = { error }
    }
  }
  try {
    script.runInContext(context, { timeout: ms })
  } catch {
    // What runs out of time is ended without a word of its own.
  } finally {
    context['work'] = undefined
  }
  if (outcome === undefined) throw tooLong()
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
