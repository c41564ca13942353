import { arbiter, fixedLength, goodputPolicy, windowedLength } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { firstOf, type SpeculateOptions, warmUp } from '@foretoken/speculate'
import type { MemoryOptions } from './draft-memory.js'
import type { DraftModelOptions } from './draft-model.js'
import type { DraftingSources } from './drafting-sources.js'

/** A drafter that `--drafter` knows. */
interface DrafterEntry {
  readonly create: (sources: DraftingSources) => Drafter | Promise<Drafter>
  /** Makes one that knows nothing; absent where it runs a model. */
  readonly createEmpty?: () => Drafter
  /** What its tokens look like on a terminal. */
  readonly colour: DrafterColour
}

/** Colours that read well on light and on dark terminals. */
export type DrafterColour = 'green' | 'cyan' | 'magenta' | 'yellow' | 'blue'

/** Every drafter that a name on the command line can mean. A new one is one line here. */
const drafters: Readonly<Record<string, DrafterEntry>> = {
  lookup: { create: () => lookupDrafter(), createEmpty: lookupDrafter, colour: 'green' },
  suffix: { create: ({ memory }) => memory?.open() ?? suffixDrafter(), createEmpty: suffixDrafter, colour: 'cyan' },
  model: { create: ({ model }) => lent(model), colour: 'magenta' },
}

/** The best ones at once: in each step the one that promises most is taken. */
const AUTO = 'auto'
/** The one that needs a draft model. */
const MODEL = 'model'
/** The one that remembers earlier texts. */
const SUFFIX = 'suffix'

/** Suffix knows all that lookup does: to ask both takes twice as long and brings a little less (`bench:replay`). */
const autoDrafters: readonly string[] = [SUFFIX, MODEL]

/** The names that `--drafter` accepts, apart from chains of them. */
export const drafterNames: readonly string[] = [AUTO, ...Object.keys(drafters), 'none']

/** How the length of drafts is chosen. */
export type PolicyName = 'goodput' | 'windowed'

/** What the command line says about drafting. */
export interface DraftingOptions extends DraftModelOptions, MemoryOptions {
  /**
   * A drafter's name, a chain of them as in `a+b`, `auto` for suffix and the draft model, or `none`. `model` is the draft model.
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
  /** Whether a draft model is used. */
  readonly usesModel: boolean
  /** Whether it is weighed against other drafters, for which its cost must be known. */
  readonly weighsModel: boolean
  /** Whether what drafts bring is weighed against what they cost. */
  readonly weighsCosts: boolean
  /** Makes everything but the draft model anew: of earlier texts it knows what the memory file holds. */
  readonly create: (sources: DraftingSources) => Promise<DraftingParts>
  /** Lets drafters of this kind draft for nothing, so that V8 has compiled them; ends with the signal at the latest. */
  readonly warmUp: (signal: AbortSignal) => Promise<void>
}

/** What drafts one text, or one text after another. Disposal ends the drafter. */
export interface DraftingParts extends Disposable {
  readonly drafter: Drafter
  readonly policy: LengthPolicy
  /** Most time for one draft, in milliseconds; the loop's default is for drafters that run no model. */
  readonly draftTimeoutMs?: number
}

/**
 * Reads what the options say; `undefined` means plain decoding. Throws `ERR_OPTION_INVALID` for an unknown name, and where a
 * draft model or a memory is missing or has nothing to do.
 *
 * `a+b` asks `b` where `a` has too little to say.
 */
export function draftingOf(options: DraftingOptions): Drafting | undefined {
  const { drafter: name = AUTO, draft } = options
  const names = name === AUTO ? autoDrafters.filter((one) => one !== MODEL || draft !== undefined) : named(name)
  const usesModel = names.includes(MODEL)
  if (usesModel && draft === undefined)
    throw invalid(`--drafter ${name} needs a draft model; name its file with --draft`)
  if (!usesModel && draft !== undefined)
    throw invalid('--draft names a model that is not asked; add --drafter auto or model')
  if (!usesModel && options.draftTemp !== undefined)
    throw invalid('--draft-temp is a draft model’s; name one with --draft')
  if (options.memory !== undefined && !names.includes(SUFFIX))
    throw invalid('--memory is what suffix remembers, which is not asked; add --drafter auto or suffix')
  if (name === 'none') return undefined
  const entries = names.map(entryOf)
  return {
    name,
    usesModel,
    weighsModel: usesModel && name === AUTO,
    weighsCosts: name === AUTO || (options.k === undefined && options.policy !== 'windowed'),
    create: (sources) => created(entries, options, sources),
    warmUp: (signal) => warmed(entries, signal),
  }
}

/** What the loop is told about drafting; nothing for plain decoding. */
export function drafterOptions(
  parts: DraftingParts | undefined,
): Pick<SpeculateOptions, 'drafter' | 'policy' | 'draftTimeoutMs'> {
  if (parts === undefined) return {}
  const { drafter, policy, draftTimeoutMs } = parts
  return { drafter, policy, ...(draftTimeoutMs !== undefined && { draftTimeoutMs }) }
}

/** The colour of a drafter's tokens; none for the target's own. */
export function colourOf(drafter: string): DrafterColour | undefined {
  return Object.hasOwn(drafters, drafter) ? drafters[drafter]?.colour : undefined
}

async function created(
  entries: readonly DrafterEntry[],
  options: DraftingOptions,
  sources: DraftingSources,
): Promise<DraftingParts> {
  const { drafter: name = AUTO, k, policy: policyName = 'goodput' } = options
  const goodput = goodputPolicy(sources.costs?.copy())
  const parts = (await Promise.all(entries.map(({ create }) => create(sources)))) as [Drafter, ...Drafter[]]
  const drafter = parts.length === 1 ? parts[0] : name === AUTO ? arbiter(parts, goodput) : firstOf(...parts)
  const free = policyName === 'goodput' ? goodput : windowedLength()
  return {
    drafter,
    policy: k === undefined ? free : fixedLength(k),
    ...(sources.model && { draftTimeoutMs: MODEL_TIMEOUT_MS }),
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}

async function warmed(entries: readonly DrafterEntry[], signal: AbortSignal): Promise<void> {
  const [first, ...others] = entries.flatMap(({ createEmpty }) => createEmpty ?? [])
  if (first === undefined) return
  const policy = goodputPolicy()
  const isAlone = entries.length === 1
  const drafter = () => (isAlone ? first() : arbiter([first(), ...others.map((create) => create())], policy))
  await warmUp({ drafter, policy: () => policy, signal })
}

/** The first draft of a text includes reading all of it; one that takes longer than this is stuck. */
export const MODEL_TIMEOUT_MS = 600_000

/** A drafter whose end is another's affair. */
function lent(drafter: Drafter | undefined): Drafter {
  if (drafter === undefined) throw invalid('the drafter "model" needs a draft model; name its file with --draft')
  const { contractVersion, name, learnsAcrossSessions } = drafter
  return {
    contractVersion,
    name,
    learnsAcrossSessions,
    open: (prompt, options) => drafter.open(prompt, options),
    [Symbol.dispose]() {},
  }
}

function named(name: string): readonly string[] {
  return name === 'none' ? [] : name.split('+')
}

function entryOf(name: string, index: number, names: readonly string[]): DrafterEntry {
  const entry = Object.hasOwn(drafters, name) ? drafters[name] : undefined
  if (entry !== undefined && names.indexOf(name) === index) return entry
  throw new SpeculationError('ERR_OPTION_INVALID', `${faultOf(name, entry)}; known are ${drafterNames.join(', ')}`, {
    details: { drafter: name, known: drafterNames },
  })
}

function faultOf(name: string, entry: DrafterEntry | undefined): string {
  if (entry !== undefined) return `--drafter names "${name}" twice`
  return drafterNames.includes(name) ? `"${name}" stands alone, not in a chain` : `there is no drafter "${name}"`
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
