import { SpeculationError } from '@foretoken/contract'
import type { ResultsStore } from '@foretoken/judge'

/** The whole name of a run that is named by all of it, its hash or its first letters. */
export async function findRun(store: ResultsStore, name: string): Promise<string> {
  const all = await store.runIds()
  if (all.includes(name)) return name
  const found = all.filter((runId) => runId.endsWith(`.${name}`) || runId.startsWith(name))
  const [first] = found
  // The store says best what is wrong with a name that is nobody's.
  if (first === undefined) return name
  if (found.length === 1) return first
  throw new SpeculationError('ERR_OPTION_INVALID', `${name} may be ${found.slice(0, 5).join(' or ')}; name one`)
}
