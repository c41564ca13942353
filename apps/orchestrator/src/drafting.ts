import { fixedLength, windowedLength } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { firstOf } from '@foretoken/speculate'

/** A drafter that `--drafter` knows. */
interface DrafterEntry {
  readonly create: () => Drafter
  /** What its tokens look like on a terminal. */
  readonly colour: DrafterColour
}

/** Colours that read well on light and on dark terminals. */
export type DrafterColour = 'green' | 'cyan' | 'magenta' | 'yellow' | 'blue'

/** Every drafter that a name on the command line can mean. A new one is one line here. */
const drafters: Readonly<Record<string, DrafterEntry>> = {
  lookup: { create: () => lookupDrafter(), colour: 'green' },
  suffix: { create: () => suffixDrafter(), colour: 'cyan' },
}

/** The names that `--drafter` accepts, apart from chains of them. */
export const drafterNames: readonly string[] = [...Object.keys(drafters), 'none']

/** How a run drafts: fresh parts for every text. */
export interface Drafting {
  /** As given, e.g. `lookup`. */
  readonly name: string
  readonly drafter: () => Drafter
  readonly policy: () => LengthPolicy
}

/**
 * Reads `--drafter` and `--k`; `undefined` means plain decoding. Throws `ERR_OPTION_INVALID` for an unknown name.
 *
 * `a+b` asks `b` where `a` has too little to say; without `k` the windowed controller chooses the length.
 */
export function draftingOf(name: string, k?: number): Drafting | undefined {
  if (name === 'none') return undefined
  const [first, ...rest] = name.split('+').map(entryOf) as [DrafterEntry, ...DrafterEntry[]]
  return {
    name,
    drafter: () =>
      rest.length === 0 ? first.create() : firstOf(first.create(), ...rest.map(({ create }) => create())),
    policy: () => (k === undefined ? windowedLength() : fixedLength(k)),
  }
}

/** The colour of a drafter's tokens; none for the target's own. */
export function colourOf(drafter: string): DrafterColour | undefined {
  return Object.hasOwn(drafters, drafter) ? drafters[drafter]?.colour : undefined
}

function entryOf(name: string, index: number, names: readonly string[]): DrafterEntry {
  const entry = Object.hasOwn(drafters, name) ? drafters[name] : undefined
  if (entry !== undefined && names.indexOf(name) === index) return entry
  const fault = entry === undefined ? `there is no drafter "${name}"` : `--drafter names "${name}" twice`
  throw new SpeculationError('ERR_OPTION_INVALID', `${fault}; known are ${drafterNames.join(', ')}`, {
    details: { drafter: name, known: drafterNames },
  })
}
