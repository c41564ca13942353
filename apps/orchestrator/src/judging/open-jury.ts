import { basename, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import {
  isSameModel,
  type Jury,
  judgeBudget,
  jury,
  llmJudge,
  type OpenRunCandidate,
  type RunCandidate,
  type RunModel,
  systemClock,
  verdictCache,
} from '@foretoken/judge'
import type { Host } from '../host.js'
import { modelCandidate } from '../judge/model-candidate.js'
import type { ModelPorts } from '../load-model.js'
import type { ProgressLine } from '../progress-line.js'
import type { JudgingOptions } from './judging-options.js'
import { modelPlace } from './model-place.js'
import { remoteCandidate } from './remote-candidate.js'

/** Judges that may be asked. */
export interface OpenJury extends AsyncDisposable {
  readonly jury: Jury
}

/** What judges take beside their options. */
export interface JuryParts {
  readonly host: Host
  readonly progress: ProgressLine
  readonly ports: ModelPorts
  readonly signal: AbortSignal
  /** Version of this program. */
  readonly version: string
  /** Whose answers are judged. */
  readonly judged: readonly RunModel[]
}

/** The judges that the options name, if they name any; what is said of judges without one is refused. */
export async function juryOf(
  { judge = [], ...options }: JudgingOptions,
  parts: JuryParts,
): Promise<OpenJury | undefined> {
  if (judge.length > 0) return openJury({ ...options, judge }, parts)
  const without = [
    ['--judge-budget', options.judgeBudget],
    ['--judge-price', options.judgePrice],
    ['--judge-cache', options.judgeCache],
    ['--self-judge', options.selfJudge],
  ] as const
  const [idle] = without.find(([, given]) => given !== undefined) ?? []
  if (idle === undefined) return undefined
  throw new SpeculationError('ERR_OPTION_INVALID', `${idle} is about judges; add one with --judge`)
}

/** The judges that the options name; models in this process are loaded when they are first asked. */
export async function openJury(
  options: JudgingOptions & { readonly judge: readonly string[] },
  parts: JuryParts,
): Promise<OpenJury> {
  const {
    selfJudge = false,
    judgeBudget: most,
    judgePrice: price,
    judgeCache = join(options.out, 'verdicts'),
  } = options
  const clock = parts.ports.clock ?? systemClock
  const limit = price === undefined ? 'maxTokens' : 'maxCost'
  const budget = judgeBudget(most === undefined ? {} : { [limit]: most })
  const cache = verdictCache({ folder: judgeCache })
  const candidates = await Promise.all(options.judge.map((text) => candidateOf(text, options, parts)))
  if (!selfJudge) assertForeign(candidates, parts.judged)
  const openings: Promise<OpenRunCandidate>[] = []
  const judges = candidates.map((candidate) => {
    const open = once(() => {
      const opening = candidate.open(parts.signal)
      openings.push(opening)
      return opening
    })
    return llmJudge({
      model: nameOf(candidate.subject.model),
      complete: async (messages, request) => (await open()).complete(messages, request),
      ...{ allowSelfJudging: true, cache, clock, budget, ...(price && { price }) },
    })
  })
  return {
    jury: jury({ judges }),
    async [Symbol.asyncDispose]() {
      // A failure to open was told where it was waited for.
      for (const opening of openings) await (await opening.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function candidateOf(text: string, options: JudgingOptions, parts: JuryParts): Promise<RunCandidate> {
  const place = modelPlace(text)
  const { host, signal, version, ports, progress } = parts
  if (place.kind === 'remote') return remoteCandidate(place, { env: host.env, signal, version, ports })
  const { engine, threads, context } = options
  return modelCandidate(
    {
      ...{ model: place.path, configuration: 'judge', settings: {}, version },
      ...{ ...(engine && { engine }), ...(threads && { threads }), ...(context && { context }) },
    },
    progress,
    ports,
  )
}

function assertForeign(judges: readonly RunCandidate[], judged: readonly RunModel[]): void {
  for (const { subject } of judges) {
    const own = judged.find((model) => model.hash === subject.model.hash || isSameModel(model.path, subject.model.path))
    if (own === undefined) continue
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `the judge ${nameOf(subject.model)} is the model that it judges (${own.path}); take another, or add --self-judge`,
    )
  }
}

function nameOf({ path }: RunModel): string {
  return basename(path, '.gguf')
}
