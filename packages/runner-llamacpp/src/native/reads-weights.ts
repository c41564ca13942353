import { readFileSync } from 'node:fs'

/** Where Linux says whether programs get huge pages: `always [madvise] never`, the one in brackets holds. */
const SWITCH = '/sys/kernel/mm/transparent_hugepage/enabled'
/** The file stays in the system's cache besides, and other programs want memory, too. */
const LARGEST_SHARE = 0.5

/** What {@link readsWeights} asks of the machine. */
export interface WeightsPlace {
  readonly weightsBytes: number
  readonly freeBytes: number
  /** What the system says of huge pages; undefined where it says nothing. */
  readonly hugePages: string | undefined
}

/**
 * Whether the weights are to be read into memory instead of mapping their file. Memory can have huge pages, which saves a step a
 * fifth of its time where page tables are dear, as in virtual machines; a mapped file has none.
 */
export function readsWeights({ weightsBytes, freeBytes, hugePages }: WeightsPlace): boolean {
  return hugePages !== undefined && !hugePages.includes('[never]') && weightsBytes <= LARGEST_SHARE * freeBytes
}

/** What the system says of huge pages. */
export function transparentHugePages(): string | undefined {
  try {
    return readFileSync(SWITCH, 'utf8').trim()
  } catch {
    return undefined
  }
}
