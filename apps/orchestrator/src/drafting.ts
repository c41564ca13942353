import { arbiter, fixedLength, goodputPolicy, windowedLength } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { type SuffixDrafter, suffixDrafter } from '@foretoken/drafter-suffix'
import { firstOf } from '@foretoken/speculate'

/** A drafter that `--drafter` knows. */
interface DrafterEntry {
  readonly create: () => Drafter | SuffixDrafter
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

/** All drafters at once: in each step the one that promises most is taken. */
const AUTO = 'auto'

/** The names that `--drafter` accepts, apart from chains of them. */
export const drafterNames: readonly string[] = [AUTO, ...Object.keys(drafters), 'none']

/** How the length of drafts is chosen. */
export type PolicyName = 'goodput' | 'windowed'

/** What the command line says about drafting. */
export interface DraftingOptions {
  /**
   * A drafter's name, a chain of them as in `a+b`, `auto` for all of them, or `none`.
   * @defaultValue 'auto'
   */
  readonly drafter?: string
  /**
   * Drafts this many tokens in each step (1 to 64).
   * @defaultValue chosen by `policy`
   */
  readonly k?: number
  /**
   * `goodput` weighs what a draft may bring against what checking it costs, as measured meanwhile; `windowed` watches only
   * how many drafted tokens are accepted.
   * @defaultValue 'goodput'
   */
  readonly policy?: PolicyName
}

/** How a command drafts. */
export interface Drafting {
  /** As given, e.g. `lookup`. */
  readonly name: string
  /** Makes everything anew: nothing is remembered of earlier texts. */
  readonly create: () => DraftingParts
}

/** What drafts one text, or one text after another. Disposal ends the drafter. */
export interface DraftingParts extends Disposable {
  readonly drafter: Drafter
  readonly policy: LengthPolicy
}

/**
 * Reads what the options say; `undefined` means plain decoding. Throws `ERR_OPTION_INVALID` for an unknown name.
 *
 * `a+b` asks `b` where `a` has too little to say.
 */
export function draftingOf(options: DraftingOptions): Drafting | undefined {
  const { drafter: name = AUTO, k, policy: policyName = 'goodput' } = options
  if (name === 'none') return undefined
  const entries = name === AUTO ? Object.values(drafters) : name.split('+').map(entryOf)
  return {
    name,
    create() {
      const goodput = goodputPolicy()
      const created = entries.map(({ create }) => create()) as [Drafter, ...Drafter[]]
      const drafter = name === AUTO ? arbiter(created, goodput) : created.length > 1 ? firstOf(...created) : created[0]
      const free = policyName === 'goodput' ? goodput : windowedLength()
      const policy = k === undefined ? free : fixedLength(k)
      return { drafter, policy, [Symbol.dispose]: () => drafter[Symbol.dispose]() }
    },
  }
}

/** The colour of a drafter's tokens; none for the target's own. */
export function colourOf(drafter: string): DrafterColour | undefined {
  return Object.hasOwn(drafters, drafter) ? drafters[drafter]?.colour : undefined
}

function entryOf(name: string, index: number, names: readonly string[]): DrafterEntry {
  const entry = Object.hasOwn(drafters, name) ? drafters[name] : undefined
  if (entry !== undefined && names.indexOf(name) === index) return entry
  const fault = faultOf(name, entry)
  throw new SpeculationError('ERR_OPTION_INVALID', `${fault}; known are ${drafterNames.join(', ')}`, {
    details: { drafter: name, known: drafterNames },
  })
}

function faultOf(name: string, entry: DrafterEntry | undefined): string {
  if (entry !== undefined) return `--drafter names "${name}" twice`
  return drafterNames.includes(name) ? `"${name}" stands alone, not in a chain` : `there is no drafter "${name}"`
}
