import { SpeculationError } from '@foretoken/contract'
import type { MachineFacts } from '../machine/machine-facts.js'
import { embeddedDrafting, serverDrafting } from './drafting-choices.js'
import type { LaunchModel } from './launch-model.js'
import type { LaunchChoice, LaunchEngine, LaunchOptions, LaunchPlan } from './launch-plan.js'
import { hugePagesChoice, nodesChoice, openMpChoice, threadsChoice } from './shared-choices.js'

/** Says how a model is started on a machine, and why each choice was made. Starts nothing. */
export function planLaunch(model: LaunchModel, machine: MachineFacts, options: LaunchOptions = {}): LaunchPlan {
  const { rpcServers = [], program } = options
  for (const address of rpcServers) assertAddress(address)
  const refusals = embeddedRefusals(model, rpcServers)
  const { engine = refusals.length > 0 || program !== undefined ? 'llama-server' : 'embedded' } = options
  const choices = engine === 'embedded' ? embeddedChoices(model, machine) : serverChoices(model, { machine, options })
  const started = engine === 'embedded' ? 'foretoken' : (program ?? 'llama-server')
  const wrapper = choices.flatMap((choice) => choice.wrapper ?? [])
  return {
    engine,
    command: [...wrapper, started, ...choices.flatMap(({ args }) => args)],
    environment: Object.assign({}, ...choices.map(({ environment = {} }) => environment)),
    choices,
    refusals: engine === 'embedded' ? refusals : [],
  }
}

function embeddedRefusals(
  { projectorPath, embeds, draft, port }: LaunchModel,
  rpcServers: readonly string[],
): string[] {
  return [
    ...(projectorPath === undefined ? [] : ['The embedded engine reads no images; llama-server does.']),
    ...(embeds === true ? ['The embedded engine gives no vectors; llama-server does.'] : []),
    ...(draft === undefined || draft.kind === 'model'
      ? []
      : [`The embedded engine has no ${draft.kind} drafts; llama-server does.`]),
    ...(rpcServers.length === 0 ? [] : ['The embedded engine runs on one machine; llama-server uses several.']),
    ...(port === undefined ? [] : ['The embedded engine has no port of its own; llama-server listens on one.']),
  ]
}

function embeddedChoices(model: LaunchModel, machine: MachineFacts): readonly LaunchChoice[] {
  return [
    { about: 'model', args: ['run', model.path], because: `${model.name} is loaded from ${model.path}.` },
    threadsChoice(machine),
    nodesChoice(machine, 'embedded'),
    hugePagesChoice(machine, 'embedded'),
    openMpChoice({ isLinked: false }),
    contextChoice(model, 'embedded'),
    {
      about: 'flash attention',
      args: [],
      because: 'The engine itself takes the kernel that rounds alike at every width, so that drafts change no text.',
    },
    ...overrideChoices(model, 'embedded'),
    ...embeddedDrafting(model),
  ]
}

function serverChoices(
  model: LaunchModel,
  { machine, options }: { readonly machine: MachineFacts; readonly options: LaunchOptions },
): readonly LaunchChoice[] {
  return [
    { about: 'model', args: ['--model', model.path], because: `${model.name} is loaded from ${model.path}.` },
    namesChoice(model),
    ...addressChoices(model),
    threadsChoice(machine),
    nodesChoice(machine, 'llama-server'),
    hugePagesChoice(machine, 'llama-server'),
    openMpChoice(options.openMp),
    contextChoice(model, 'llama-server'),
    ...sequencesChoices(model),
    {
      about: 'flash attention',
      args: ['--flash-attn', 'on'],
      because: 'Long prompts are read faster, and attention takes less memory.',
    },
    ...overrideChoices(model, 'llama-server'),
    ...visionChoices(model),
    ...embeddingChoices(model),
    ...serverDrafting(model),
    ...rpcChoices(options.rpcServers ?? []),
  ]
}

function namesChoice({ name, aliases = [] }: LaunchModel): LaunchChoice {
  const names = [name, ...aliases]
  const shared = names.length > 1 ? ` Roles ${names.join(', ')} share the server.` : ''
  return { about: 'names', args: ['--alias', names.join(',')], because: `Requests name the model ${name}.${shared}` }
}

function addressChoices({ host, port }: LaunchModel): readonly LaunchChoice[] {
  if (host === undefined && port === undefined) return []
  const args = [
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', String(port)]),
  ]
  return [{ about: 'address', args, because: 'The address is the registry’s.' }]
}

function contextChoice({ contextTokens, sequences = 1 }: LaunchModel, engine: LaunchEngine): LaunchChoice {
  const about = 'context'
  if (contextTokens === undefined) {
    return { about, args: [], because: 'No context is asked for: the engine takes its default.' }
  }
  if (engine === 'embedded') {
    return { about, args: ['--context', String(contextTokens)], because: `A text has at most ${contextTokens} tokens.` }
  }
  const total = contextTokens * sequences
  const because =
    sequences === 1
      ? `A text has at most ${contextTokens} tokens.`
      : `${sequences} texts of at most ${contextTokens} tokens share the context.`
  return { about, args: ['--ctx-size', String(total)], because }
}

function sequencesChoices({ sequences }: LaunchModel): readonly LaunchChoice[] {
  if (sequences === undefined) return []
  const args = ['--parallel', String(sequences)]
  return [{ about: 'sequences', args, because: `${sequences} requests are answered at once; others wait.` }]
}

function overrideChoices({ overrides = [] }: LaunchModel, engine: LaunchEngine): readonly LaunchChoice[] {
  if (overrides.length === 0) return []
  const because = overrides.map(({ key, value, because }) => because ?? `${key} is replaced by ${value}`).join('; ')
  const sentence = `${because.replace(/\.?$/, '')}.`
  if (engine === 'embedded') {
    const args = overrides.flatMap(({ key, value }) => ['--override', `${key}=${value}`])
    return [{ about: 'metadata', args, because: sentence }]
  }
  // llama-server takes the last of several options only.
  const list = overrides.map(({ key, value }) => `${key}=${typeWord(value)}:${value}`).join(',')
  return [{ about: 'metadata', args: ['--override-kv', list], because: sentence }]
}

function typeWord(value: number | boolean | string): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return typeof value === 'boolean' ? 'bool' : 'str'
}

function visionChoices({ projectorPath }: LaunchModel): readonly LaunchChoice[] {
  if (projectorPath === undefined) return []
  return [{ about: 'vision', args: ['--mmproj', projectorPath], because: 'Images are read through the projector.' }]
}

function embeddingChoices({ embeds = false }: LaunchModel): readonly LaunchChoice[] {
  if (!embeds) return []
  return [{ about: 'embeddings', args: ['--embedding'], because: 'It gives vectors for texts and writes none.' }]
}

function rpcChoices(servers: readonly string[]): readonly LaunchChoice[] {
  if (servers.length === 0) return []
  const because = `${servers.length} other machines hold part of the weights; the network’s delay is paid for every layer that crosses it.`
  return [{ about: 'other machines', args: ['--rpc', servers.join(',')], because }]
}

/** Throws `ERR_OPTION_INVALID` for what is no `host:port`. */
export function assertAddress(address: string): void {
  const [, port] = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(address) ?? []
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return
  throw new SpeculationError('ERR_OPTION_INVALID', `an address must be host:port, got ${JSON.stringify(address)}`, {
    details: { address },
  })
}
