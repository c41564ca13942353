import { spread } from '../spread.js'
import { type Outside, outsideOf } from './engine-rows.js'
import { type EngineRun, engineRun, type RunName } from './engine-runs.js'
import type { LoadedEngine } from './loaded-engines.js'
import { type RowScan, rowScan } from './memory-scan.js'
import { type ThreadHop, type ThreadHopClock, threadHopClock } from './thread-hop.js'

/** Tokens of the vocabulary of Qwen2.5 and Qwen3: a row of logits is 608 kB. */
export const LARGE_VOCABULARY = 151_936

/** What a round may take outside `llama_decode` beside the reading of rows. */
const FIXED_US = 40
/** How much longer than at the memory's speed the reading of rows may take. */
const SCAN_FACTOR = 1.3

/** What a step takes outside `llama_decode` at a large vocabulary, and what it may take. */
export interface OverheadRow {
  readonly engine: string
  readonly drafter: RunName
  /** Rows of logits that have to be looked at: the accepted tokens' and that of the next token. */
  readonly rowsPerStep: number
  readonly outsideUs: Outside
  /** Whether the engine does not say what it spends in `llama_decode`, and that of the native engine is taken. */
  readonly estimated: boolean
  readonly fixedUs: number
  /** Reading those rows at the memory's speed. */
  readonly scanUs: number
  /** The same where a cache holds them. */
  readonly cachedScanUs: number
  /** `fixedUs` and 1.3 × `scanUs`. */
  readonly limitUs: number
  /** What of it a bare way to a thread and back takes behind waits as long as the decodes; of the native engine only. */
  readonly hop?: ThreadHop
}

/** The rows, and the size of what was scanned. */
export interface OverheadResult {
  readonly vocabulary: number
  readonly rows: readonly OverheadRow[]
}

const measured = ['plain', 'oracle 16', 'hopeless 8'] as const

/** Measures engines that have loaded one model of a large vocabulary. */
export async function measureOverhead(
  engines: readonly LoadedEngine[],
  question: { readonly prompt: Int32Array; readonly answer: Int32Array },
  { repetitions, signal }: { readonly repetitions: number; readonly signal: AbortSignal },
): Promise<OverheadResult> {
  const vocabulary = engines[0]?.model.facts.vocabularySize ?? 0
  const scans: RowScan[] = []
  const runs = new Map<string, EngineRun[]>()
  const hops = new Map<RunName, ThreadHop[]>()
  await using clock = await hopClock(engines)
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const drafter of measured) {
      for (const { name, target } of engines) {
        const key = `${name} ${drafter}`
        const run = await engineRun(target, drafter, question, signal)
        runs.set(key, [...(runs.get(key) ?? []), run])
        const hop = run.decodeMs && (await clock?.measure(spread(run.decodeMs).median))
        if (hop) hops.set(drafter, [...(hops.get(drafter) ?? []), hop])
      }
    }
    scans.push(rowScan(vocabulary))
  }
  const scan = {
    memoryUs: spread(scans.map(({ memoryUs }) => memoryUs)).median,
    cacheUs: spread(scans.map(({ cacheUs }) => cacheUs)).median,
  }
  const rows = engines.flatMap(({ name }) =>
    measured.flatMap((drafter) => {
      const counted = runs.get(`native ${drafter}`) ?? []
      const what = { engine: name, drafter, scan, hops: name === 'native' ? (hops.get(drafter) ?? []) : [] }
      return overheadRow(what, runs.get(`${name} ${drafter}`) ?? [], counted)
    }),
  )
  return { vocabulary, rows }
}

/** Where the native engine is among them. */
async function hopClock(engines: readonly LoadedEngine[]): Promise<ThreadHopClock | undefined> {
  const native = engines.find(({ name }) => name === 'native')
  return native && (await threadHopClock(native.model.facts.path))
}

/** What an {@link overheadRow} is of, and what was measured beside it. */
export interface OverheadQuestion {
  readonly engine: string
  readonly drafter: RunName
  readonly scan: RowScan
  readonly hops: readonly ThreadHop[]
}

/** The row of one engine and drafter; none where nobody knows what `llama_decode` took. */
export function overheadRow(
  { engine, drafter, scan, hops }: OverheadQuestion,
  runs: readonly EngineRun[],
  counted: readonly EngineRun[],
): OverheadRow[] {
  const own = outsideOf(runs)
  const outsideUs = own ?? estimatedOutside(runs, counted)
  if (outsideUs === undefined) return []
  const estimated = own === undefined
  const steps = runs.flatMap((run) => run.steps)
  const rowsPerStep = steps.reduce((sum, { accepted }) => sum + accepted + 1, 0) / steps.length
  const scanUs = scan.memoryUs * rowsPerStep
  const cachedScanUs = scan.cacheUs * rowsPerStep
  const limitUs = FIXED_US + SCAN_FACTOR * scanUs
  const terms = { fixedUs: FIXED_US, scanUs, cachedScanUs, limitUs }
  return [
    { engine, drafter, rowsPerStep, outsideUs, estimated, ...terms, ...(hops.length > 0 && { hop: middle(hops) }) },
  ]
}

function middle(hops: readonly ThreadHop[]): ThreadHop {
  return {
    idleUs: spread(hops.map(({ idleUs }) => idleUs)).median,
    coldUs: spread(hops.map(({ coldUs }) => coldUs)).median,
  }
}

/** The middle of the steps, less the middle of what the same steps spent in `llama_decode` on the engine that counts. */
function estimatedOutside(runs: readonly EngineRun[], counted: readonly EngineRun[]): Outside | undefined {
  const decodeMs = counted.flatMap((run) => run.decodeMs ?? [])
  const stepMs = runs.flatMap((run) => run.steps.map((step) => step.stepMs))
  if (decodeMs.length === 0 || stepMs.length === 0) return undefined
  return { median: 1_000 * (spread(stepMs).median - spread(decodeMs).median) }
}
