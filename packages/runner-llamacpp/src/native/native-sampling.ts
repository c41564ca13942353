import { SpeculationError, type TargetSessionOptions } from '@foretoken/contract'
import type { NativeSampling } from '@foretoken/native'

/** A number that a session's options may hold. */
interface Range {
  readonly min: number
  readonly max: number
  /** Whether `min` itself is too small. */
  readonly above?: boolean
  readonly isInteger?: boolean
}

const mostTokens = 2 ** 31 - 1
const strength: Range = { min: -1000, max: 1000 }
const tokenCount: Range = { min: 0, max: mostTokens, isInteger: true }
const rate: Range = { min: 0, max: 1 }
const positiveRate: Range = { ...rate, above: true }

/** Every number of the options, by its path, with its range. */
const ranges: Readonly<Record<string, Range>> = {
  'sampling.temperature': { min: 0, max: 100 },
  'sampling.seed': { min: 0, max: Number.MAX_SAFE_INTEGER, isInteger: true },
  'sampling.topK': tokenCount,
  'sampling.topP': positiveRate,
  'sampling.minP': rate,
  'sampling.typicalP': positiveRate,
  'sampling.topNSigma': { min: 0, max: 1e6, above: true },
  'sampling.xtc.probability': rate,
  'sampling.xtc.threshold': rate,
  'sampling.penalties.lastTokens': tokenCount,
  'sampling.penalties.repeat': { min: 0, max: 1000, above: true },
  'sampling.penalties.frequency': strength,
  'sampling.penalties.presence': strength,
  'sampling.dry.multiplier': { min: 0, max: 1000 },
  'sampling.dry.base': { min: 1, max: 1000 },
  'sampling.dry.allowedTokens': { ...tokenCount, min: 1 },
  'sampling.dry.lastTokens': tokenCount,
  topLogProbabilities: { min: 0, max: 100, isInteger: true },
}
const mostBreakers = 256
/** More than any grammar of a real schema; the parser's time grows with it. */
const mostGrammarCharacters = 1_000_000

/** A session's options as the addon takes them; throws `ERR_OPTION_INVALID` with the range and the value. */
export function nativeSampling(options: TargetSessionOptions, vocabularySize: number): NativeSampling {
  const { sampling = {}, grammar, topLogProbabilities } = options
  const { seed = 0, xtc, penalties, dry, logitBias, ...numbers } = sampling
  checkNumbers('', { sampling, topLogProbabilities })
  checkTexts(grammar, dry?.breakers)
  return withoutHoles({
    ...numbers,
    seedLow: seed % 2 ** 32,
    seedHigh: Math.floor(seed / 2 ** 32),
    xtcProbability: xtc?.probability,
    xtcThreshold: xtc?.threshold,
    penaltyLastTokens: penalties && (penalties.lastTokens ?? 64),
    penaltyRepeat: penalties?.repeat,
    penaltyFrequency: penalties?.frequency,
    penaltyPresence: penalties?.presence,
    dryMultiplier: dry?.multiplier,
    dryBase: dry?.base,
    dryAllowedTokens: dry?.allowedTokens,
    dryLastTokens: dry?.lastTokens,
    dryBreakers: dry?.breakers,
    ...biases(logitBias, vocabularySize),
    grammar,
    topLogProbabilities,
  })
}

/** Goes through the numbers of an object and of the objects in it, which are no lists. */
function checkNumbers(prefix: string, object: object): void {
  for (const [name, value] of Object.entries(object)) {
    const path = prefix + name
    const range = ranges[path]
    if (value === undefined || Array.isArray(value)) continue
    if (range !== undefined) checkNumber(path, value, range)
    else if (value !== null && typeof value === 'object') checkNumbers(`${path}.`, value)
    else throw invalid(path, 'a number that sampling has, or left out', value)
  }
}

function checkNumber(path: string, value: unknown, { min, max, above = false, isInteger = false }: Range): void {
  const fits = typeof value === 'number' && value >= min && value <= max && !(above && value === min)
  if (fits && (!isInteger || Number.isInteger(value))) return
  throw invalid(path, `${isInteger ? 'an integer' : 'a number'} ${above ? 'above' : 'from'} ${min} to ${max}`, value)
}

function checkTexts(grammar: unknown, breakers: unknown = []): void {
  if (grammar !== undefined && (typeof grammar !== 'string' || grammar.length > mostGrammarCharacters)) {
    const got = typeof grammar === 'string' ? `${grammar.length}` : typeof grammar
    throw invalid('grammar', `a text of at most ${mostGrammarCharacters} characters`, got)
  }
  const areTexts = Array.isArray(breakers) && breakers.every((breaker) => typeof breaker === 'string' && breaker !== '')
  if (areTexts && breakers.length <= mostBreakers) return
  throw invalid('sampling.dry.breakers', `at most ${mostBreakers} texts, none of them empty`, breakers)
}

type Biases = Pick<NativeSampling, 'biasTokens' | 'biasValues'>

function biases(list: unknown = [], vocabularySize: number): Biases {
  const items = Array.isArray(list) ? (list as readonly unknown[]) : [list]
  for (const [index, item] of items.entries()) {
    const { token, bias } = (item ?? {}) as Record<string, unknown>
    const path = `sampling.logitBias[${index}]`
    checkNumber(`${path}.token`, token, { min: 0, max: vocabularySize - 1, isInteger: true })
    if (bias !== Number.NEGATIVE_INFINITY) checkNumber(`${path}.bias`, bias, { min: -1e6, max: 1e6 })
  }
  if (items.length === 0) return {}
  const pairs = items as readonly { readonly token: number; readonly bias: number }[]
  return {
    biasTokens: Int32Array.from(pairs, ({ token }) => token),
    biasValues: Float32Array.from(pairs, ({ bias }) => bias),
  }
}

/** The object without what is undefined, which the addon would have to tell from absent. */
function withoutHoles<T extends object>(object: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> }
}

function invalid(path: string, expected: string, got: unknown): SpeculationError<'ERR_OPTION_INVALID'> {
  const shown = typeof got === 'string' || typeof got === 'number' ? got : JSON.stringify(got)
  return new SpeculationError('ERR_OPTION_INVALID', `${path} must be ${expected}, got ${shown}`, {
    details: { option: path },
  })
}
