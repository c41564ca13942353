import { type Drafter, NO_TOKENS, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { ngramSimpleDrafter } from './baselines/ngram-simple.js'
import { oldestMatchDrafter } from './baselines/oldest-match.js'
import { oracleDrafter } from './baselines/oracle.js'
import { textDrafter } from './baselines/text-drafter.js'
import type { TraceRequest } from './trace-request.js'

/** A drafter as the bench knows it. */
export interface DrafterEntry {
  /** The policy where none is asked for: of a baseline its own draft length. */
  readonly policy: string
  /** Makes one that has seen nothing; `requests` are those it will meet. */
  readonly create: (requests: readonly TraceRequest[]) => Drafter
}

const hf = { minMatchTokens: 1, draftTokens: 10 }
const vllm = { minMatchTokens: 2, maxMatchTokens: 5, draftTokens: 5 }

/** Every drafter that can be replayed, by its name on the command line. */
const drafters: ReadonlyMap<string, DrafterEntry> = new Map<string, DrafterEntry>([
  ['none', { policy: 'fixed:1', create: () => textDrafter('none', () => NO_TOKENS) }],
  ['lookup', { policy: 'windowed', create: () => lookupDrafter() }],
  ['suffix', { policy: 'beta', create: () => suffixDrafter() }],
  ['hf-lookup', { policy: 'fixed:10', create: () => oldestMatchDrafter('hf-lookup', { ...hf, maxMatchTokens: 2 }) }],
  [
    'hf-lookup-3',
    { policy: 'fixed:10', create: () => oldestMatchDrafter('hf-lookup-3', { ...hf, maxMatchTokens: 3 }) },
  ],
  ['vllm-ngram', { policy: 'fixed:5', create: () => oldestMatchDrafter('vllm-ngram', vllm) }],
  ['ngram-simple', { policy: 'fixed:48', create: () => ngramSimpleDrafter() }],
  ['oracle', { policy: 'fixed:64', create: (requests) => oracleDrafter(requests) }],
])

export const drafterNames: readonly string[] = [...drafters.keys()]

/** The entry of that name; throws `ERR_OPTION_INVALID` when there is none. */
export function drafterEntry(name: string): DrafterEntry {
  const entry = drafters.get(name)
  if (entry !== undefined) return entry
  throw new SpeculationError('ERR_OPTION_INVALID', `--drafter takes ${drafterNames.join(', ')}; got "${name}"`)
}
