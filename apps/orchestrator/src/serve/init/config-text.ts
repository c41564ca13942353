import { basename, dirname, relative, sep } from 'node:path'
import { estimateModelMemory, explainPair } from '@foretoken/registry'
import { bytesText } from '../pool/pool-errors.js'
import { defaultSlots } from '../service/start-engine.js'
import type { FoundModel, FoundModels } from './find-models.js'

/** Where a configuration will lie, and what it begins with. */
export interface ConfigTextOptions {
  /** Path of the file. */
  readonly path: string
  /** Bytes that models may take together. */
  readonly budgetBytes: number
}

/** A commented `foretoken.yaml` for models that were found. */
export function configText(found: FoundModels, options: ConfigTextOptions): string {
  const models = namedModels(found.models)
  return `${head}models:
${models.map((model) => modelText(model, { models, projectors: found.projectors, folder: dirname(options.path) })).join('\n')}
${rolesText(models)}
${tail(options.budgetBytes)}`
}

const head = `# What foretoken serve serves: start it in this folder. Paths begin here; what has a # before it is a suggestion.
formatVersion: 1

# host: 127.0.0.1        # another address needs keys
# port: 8080

`

interface NamedModel extends FoundModel {
  readonly name: string
}

/** Names are the files' own; what could not stand in a name is left out, and no name stands twice. */
function namedModels(models: readonly FoundModel[]): readonly NamedModel[] {
  const taken = new Set(['auto'])
  return models.map((model) => {
    const name =
      basename(model.path)
        .replace(/(-00001-of-\d+)?\.gguf$/i, '')
        .replace(/[^\p{L}\p{N}._+@-]+/gu, '-')
        .replace(/^[^\p{L}\p{N}]+/u, '')
        .slice(0, 90) || 'model'
    let free = name
    for (let number = 2; taken.has(free); number++) free = `${name}-${number}`
    taken.add(free)
    return { ...model, name: free }
  })
}

interface Around {
  readonly models: readonly NamedModel[]
  readonly projectors: readonly string[]
  readonly folder: string
}

function modelText({ name, path, facts }: NamedModel, { models, projectors, folder }: Around): string {
  const at = (other: string) => JSON.stringify(relativePath(folder, other))
  const context = Math.max(16, Math.min(facts.contextTokens, 4_096))
  const { totalBytes } = estimateModelMemory(facts, { contextTokens: context * defaultSlots, sequences: defaultSlots })
  const draft = models.find(
    (other) => other.facts.parameters * 2 < facts.parameters && explainPair(facts, other.facts).compatible,
  )
  const projector = facts.seesWithProjector ? projectors.find((other) => dirname(other) === dirname(path)) : undefined
  return [
    `  # ${oneLine(facts.name ?? facts.architecture)}, ${facts.quantization.name}: ${bytesText(totalBytes)} with ${defaultSlots} slots of ${context} tokens`,
    `  - name: ${JSON.stringify(name)}`,
    `    path: ${at(path)}`,
    ...(draft === undefined
      ? []
      : [`    # draft: ${at(draft.path)}   # shares its tokenizer; foretoken doctor says whether it pays`]),
    ...(projector === undefined
      ? []
      : [`    # engine: llama-server`, `    # mmproj: ${at(projector)}   # to see pictures`]),
    ...(facts.experts === undefined
      ? []
      : [`    # experts: ${facts.experts.used}   # of ${facts.experts.count}; fewer are faster`]),
    ...(facts.rollback === 'bounded'
      ? [
          `    # snapshots: 4   # rejected tokens that are taken back without a checkpoint; each is a state of every slot`,
        ]
      : []),
    `    # context: ${context}   # most tokens of one text, of ${facts.contextTokens}`,
    `    # pin: true   # loaded at the start and kept`,
  ].join('\n')
}

function rolesText(models: readonly NamedModel[]): string {
  const bySize = models
    .filter(({ facts }) => facts.kind === 'model')
    .toSorted((one, other) => one.facts.activeParameters - other.facts.activeParameters)
  const [small, large] = [bySize[0], bySize.at(-1)]
  if (small === undefined || large === undefined || small === large) return ''
  return `
# Requests can name a role instead of a model, as role:quick. The next model of a role answers where one fails; an answer
# that does not pass its checks is asked of another role (empty, loop, json, or regex: a pattern).
roles:
  - name: quick
    tier: C
    purpose: short questions and small tasks
    models: [${JSON.stringify(small.name)}]
    escalate: { to: thorough, check: [empty, loop] }
  - name: thorough
    tier: B
    purpose: long or difficult tasks, and code
    models: [${JSON.stringify(large.name)}]

# A model that reads what a request is about; requests that name the model "auto" go to the role it says.
# frontDoor: { model: ${JSON.stringify(small.name)}, fallback: quick }
`
}

function tail(budgetBytes: number): string {
  return `pool:
  memory: ${Math.floor(budgetBytes / 1e6)}MB   # all loaded models together
  # mostLoaded: 4
  # patience: 10s          # how long a request waits for room before busy models give way

# Models can also run in llama-server (pictures, other machines: rpc), or elsewhere (upstreams).
# engines: { llamaServer: llama-server }

# Who may ask: a key is in an environment variable, or known by its SHA-256 (printf %s KEY | sha256sum); never here.
# keys:
#   - { name: editor, environment: FORETOKEN_KEY, admin: true }

# limits: { queue: 256, body: 32MiB, request: 10min }

# What is remembered of requests, without their texts unless keepTexts is true; and what drafters remember.
# state: { folder: .foretoken/state }
# memory: .foretoken/memory
`
}

function relativePath(folder: string, path: string): string {
  const found = relative(folder, path).split(sep).join('/')
  return found.startsWith('../../../') ? path : found
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 100)
}
