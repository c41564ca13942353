import { SpeculationError } from '@foretoken/contract'
import type { RunCandidate } from '@foretoken/judge'
import { inspect } from '@foretoken/registry'
import type { MetadataOverrides } from '@foretoken/runner-llamacpp'
import type { DraftingOptions } from '../drafting.js'
import type { Host } from '../host.js'
import { modelPlace } from '../judging/model-place.js'
import { remoteCandidate } from '../judging/remote-candidate.js'
import type { ModelPorts } from '../load-model.js'
import type { ProgressLine } from '../progress-line.js'
import type { JudgeRunOptions } from './judge-options.js'
import { type ModelCandidateOptions, modelCandidate } from './model-candidate.js'
import { runModel } from './model-file.js'

/** What asking models takes beside the options. */
export interface RunCandidatesParts {
  readonly host: Host
  readonly progress: ProgressLine
  readonly ports: ModelPorts
  readonly signal: AbortSignal
}

/**
 * Every model in every configuration: as it is and with each number of experts, plainly and with each draft length. A model
 * behind HTTP has one configuration, its server's.
 */
export async function runCandidates(
  options: JudgeRunOptions & { readonly version: string },
  { host: { env }, progress, ports, signal }: RunCandidatesParts,
): Promise<readonly RunCandidate[]> {
  const drafts = await draftedConfigurations(options)
  const candidates: RunCandidate[] = []
  for (const model of options.models) {
    const place = modelPlace(model)
    if (place.kind === 'remote') {
      candidates.push(await remoteCandidate(place, { env, signal, version: options.version, ports }))
      continue
    }
    for (const plain of await plainConfigurations(model, options)) {
      const baseline = await modelCandidate(plain, progress, ports)
      candidates.push(baseline)
      for (const { name, settings, drafting } of drafts) {
        const drafted = {
          ...plain,
          configuration: plain.configuration === 'default' ? name : `${plain.configuration}-${name}`,
          settings: { ...plain.settings, ...settings },
          drafting,
          ...(options.inherit !== false && { baseline: baseline.subject }),
        }
        candidates.push(await modelCandidate(drafted, progress, ports))
      }
    }
  }
  return candidates
}

async function plainConfigurations(
  model: string,
  { experts = [], engine, threads, context, override, version }: JudgeRunOptions & { readonly version: string },
): Promise<readonly ModelCandidateOptions[]> {
  const shared = { version, ...(engine && { engine }), ...(threads && { threads }), ...(context && { context }) }
  const base = { ...shared, model, file: await runModel(model), ...(override && { override }) }
  const whole = { ...base, configuration: 'default', settings: {} }
  const key = experts.length === 0 ? undefined : (await inspect(model)).experts?.overrideKey
  // A model without experts has one configuration only.
  if (key === undefined) return [whole]
  return [
    whole,
    ...[...new Set(experts)].map((count) => ({
      ...base,
      override: withKey(override, key, count),
      configuration: `experts-${count}`,
      settings: { experts: count },
    })),
  ]
}

function withKey(override: MetadataOverrides | undefined, key: string, count: number): MetadataOverrides {
  const dot = key.indexOf('.')
  const [space, name] = [key.slice(0, dot), key.slice(dot + 1)]
  return { ...override, [space]: { ...override?.[space], [name]: count } }
}

interface DraftedConfiguration {
  readonly name: string
  readonly settings: Readonly<Record<string, string | number>>
  readonly drafting: DraftingOptions
}

async function draftedConfigurations(options: JudgeRunOptions): Promise<readonly DraftedConfiguration[]> {
  const { k: lengths = [], drafter, draft, draftTemp } = options
  if (lengths.length === 0) {
    const without = [
      ['--drafter', drafter !== undefined],
      ['--draft', draft !== undefined],
      ['--draft-temp', draftTemp !== undefined],
      ['--no-inherit', options.inherit === false],
    ] as const
    const [idle] = without.find(([, given]) => given) ?? []
    if (idle === undefined) return []
    throw new SpeculationError('ERR_OPTION_INVALID', `${idle} is about drafting; add draft lengths, as --k 4,8`)
  }
  if (drafter === 'none') {
    throw new SpeculationError('ERR_OPTION_INVALID', '--k needs a drafter; leave --drafter none out')
  }
  const who = drafter ?? 'auto'
  const draftModel = draft === undefined ? {} : { draft: (await runModel(draft)).hash }
  const shared = {
    ...(drafter !== undefined && { drafter }),
    ...(draft !== undefined && { draft }),
    ...(draftTemp !== undefined && { draftTemp }),
  }
  return [...new Set(lengths)].map((k) => ({
    name: `${who}-k-${k}`,
    settings: { drafter: who, k, ...draftModel, ...(draftTemp !== undefined && { draftTemp }) },
    drafting: { ...shared, ...(k !== 'auto' && { k }) },
  }))
}
