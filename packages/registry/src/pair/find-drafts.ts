import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { inspect } from '../facts/inspect.js'
import type { ModelFacts } from '../facts/model-facts.js'
import { explainPair, nounsByKind, type PairVerdict } from './explain-pair.js'
import { described } from './explain-vocabularies.js'

/** Options of {@link findDrafts}. */
export interface FindDraftsOptions {
  /**
   * Folders within folders that are searched (0 to 8).
   * @defaultValue 3
   */
  readonly depth?: number
  /** Ends the search. */
  readonly signal?: AbortSignal
}

/** What was found in a folder. */
export interface FoundDrafts {
  /** Models smaller than the target, the most promising first; those that do not fit come last. */
  readonly drafts: readonly FoundDraft[]
  /** Files that are no draft for the target whatever their tokens are, with the reason. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[]
  /** What to look for; absent where one fits. */
  readonly cure?: string
  /** Files that could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
}

/** A model that may draft. */
export interface FoundDraft {
  readonly path: string
  readonly facts: ModelFacts
  readonly verdict: PairVerdict
}

const mostFiles = 2_000

/**
 * Looks for draft models in a folder. Fitting ones come first, among them those with the target's own tokenizer, among
 * these the ones that need the least acceptance for drafts of four tokens.
 */
export async function findDrafts(
  target: ModelFacts,
  folder: string,
  options: FindDraftsOptions = {},
): Promise<FoundDrafts> {
  const { depth = 3, signal } = options
  const drafts: FoundDraft[] = []
  const leftOut: { path: string; reason: string }[] = []
  const unreadable: { path: string; reason: string }[] = []
  for (const path of await modelFiles(resolve(folder), depth)) {
    if (resolve(target.location) === path) continue
    try {
      const facts = await inspect(path, signal === undefined ? {} : { signal })
      const reason = unfitness(target, facts)
      if (reason === undefined) drafts.push({ path, facts, verdict: explainPair(target, facts) })
      else leftOut.push({ path, reason })
    } catch (error) {
      if (!SpeculationError.is(error) || error.code === 'ERR_ABORTED') throw error
      unreadable.push({ path, reason: error.message })
    }
  }
  const fits = drafts.some(({ verdict }) => verdict.compatible)
  return { drafts: drafts.sort(byPromise), leftOut, ...(!fits && { cure: cureFor(target) }), unreadable }
}

/** Why a file is not even compared with the target. */
function unfitness(target: ModelFacts, { kind, bytesPerToken }: ModelFacts): string | undefined {
  if (kind !== 'model') return `it is ${nounsByKind[kind]}`
  if (target.bytesPerToken === 0 || bytesPerToken < target.bytesPerToken) return undefined
  const share = Math.round((100 * bytesPerToken) / target.bytesPerToken)
  return `it reads ${share} % of what the target reads for a token: a draft must read less`
}

function cureFor({ vocabulary }: ModelFacts): string {
  if (vocabulary === undefined) return 'name the GGUF file of a text model as the target'
  return `get a smaller model of the target's family, whose tokenizer is ${described(vocabulary)}`
}

function byPromise({ verdict: one }: FoundDraft, { verdict: other }: FoundDraft): number {
  return (
    Number(other.compatible) - Number(one.compatible) ||
    Number(other.sameTokenizer) - Number(one.sameTokenizer) ||
    rateOfFour(one) - rateOfFour(other)
  )
}

function rateOfFour({ breakEven }: PairVerdict): number {
  return breakEven.find(({ draftTokens }) => draftTokens === 4)?.acceptanceRate ?? 1
}

/** GGUF files by name, of split models the first part. */
async function modelFiles(folder: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const message = `cannot read the folder ${folder}; check the path and its permissions`
    throw new SpeculationError('ERR_FILE_NOT_FOUND', message, { details: { path: folder }, cause })
  })
  const found: string[] = []
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth > 0) found.push(...(await modelFiles(path, depth - 1).catch(() => [])))
    else if (isFirstPart(entry.name) && !entry.isDirectory()) found.push(path)
    if (found.length > mostFiles) {
      const message = `${folder} holds more than ${mostFiles} models; name a smaller folder`
      throw new SpeculationError('ERR_BUDGET_EXCEEDED', message, { details: { folder } })
    }
  }
  return found
}

function isFirstPart(name: string): boolean {
  return name.endsWith('.gguf') && !/-(?!00001)\d{5}-of-\d{5}\.gguf$/.test(name)
}
