import { dirname, isAbsolute, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { readYaml, type TextIssue } from '@foretoken/registry'
import { configIssues } from './config-issues.js'
import { configSchema } from './config-schema.js'
import type { FileConfig, FileModel, FileRole } from './file-config.js'
import type { ModelConfig, RoleConfig, ServeConfig } from './serve-config.js'

/** A configuration, or what is wrong with its text. */
export interface ServeConfigCheck {
  /** Absent where there are issues. */
  readonly config?: ServeConfig
  /** In the order of the lines; a hundred at most. */
  readonly issues: readonly TextIssue[]
}

/** Reads the text of a `foretoken.yaml` at `path` and says everything that is wrong with it; its paths begin at its folder. */
export function checkServeConfig(text: string, path: string): ServeConfigCheck {
  const yaml = readYaml(text)
  if ('length' in yaml) return { issues: sorted(yaml) }
  const { data, error } = configSchema.safeParse(yaml.value)
  const found =
    error === undefined
      ? configIssues(data)
      : error.issues.flatMap((issue) =>
          issue.code === 'unrecognized_keys'
            ? issue.keys.map((key) => ({ path: [...issue.path, key], message: `"${key}" is not known here` }))
            : [{ path: issue.path, message: issue.message }],
        )
  const issues = sorted(found.map((issue) => yaml.issueAt(issue.path, issue.message)))
  return data === undefined || issues.length > 0 ? { issues } : { config: configOf(data, dirname(path)), issues }
}

/** Reads the text of a `foretoken.yaml`. Throws `ERR_CONFIG_FORMAT` with the first fault and its line. */
export function parseServeConfig(text: string, path: string): ServeConfig {
  const { config, issues } = checkServeConfig(text, path)
  if (config !== undefined) return config
  const [first] = issues
  const place = first === undefined ? '' : `:${first.line}:${first.column}: ${first.path} ${first.message}`
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : ''
  throw new SpeculationError('ERR_CONFIG_FORMAT', `${path}${place}${more}`, { details: { path, issues } })
}

function sorted(issues: readonly TextIssue[]): TextIssue[] {
  return issues.toSorted((one, other) => one.line - other.line || one.column - other.column).slice(0, 100)
}

function configOf(file: FileConfig, folder: string): ServeConfig {
  const at = (path: string) => (isAbsolute(path) ? path : join(folder, path))
  const { models = [], roles = [], pool = {}, limits = {}, engines = {}, state, memory, registry } = file
  const { host, port, cors, hostNames, frontDoor, keys = [] } = file
  return {
    ...defined({ host, port, cors, hostNames, frontDoor }),
    ...defined({ memory: memory && at(memory), registry: registry && at(registry) }),
    models: models.map((model) => modelConfig(model, at)),
    roles: roles.map(roleConfig),
    keys,
    pool: defined({ memoryBytes: pool.memory, mostLoaded: pool.mostLoaded, patienceMs: pool.patience }),
    limits: defined({
      queue: limits.queue,
      bodyBytes: limits.body,
      requestMs: limits.request,
      answerTokens: limits.answerTokens,
      connections: limits.connections,
    }),
    // A program without a folder is looked for on the path.
    engines: defined({
      ...engines,
      llamaServer: engines.llamaServer?.includes('/') ? at(engines.llamaServer) : engines.llamaServer,
    }),
    ...(state && { state: { ...stateOf(state), folder: at(state.folder) } }),
  }
}

function modelConfig(
  { ttl, draft, path, mmproj, engine, upstreams, ...model }: FileModel,
  at: (path: string) => string,
): ModelConfig {
  return {
    ...model,
    engine: engine ?? (upstreams === undefined ? 'embedded' : 'remote'),
    ...defined({
      path: path && at(path),
      draft: draft && at(draft),
      mmproj: mmproj && at(mmproj),
      upstreams,
      ttlMs: ttl,
    }),
  }
}

function roleConfig({ escalate, ...role }: FileRole): RoleConfig {
  if (escalate === undefined) return role
  const { to, check, hold = false } = escalate
  return { ...role, escalate: { to, checks: check, hold } }
}

function stateOf({ traces, ...state }: NonNullable<FileConfig['state']>): NonNullable<ServeConfig['state']> {
  return { ...state, ...defined({ traceBytes: traces }) }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The entries that are there. */
function defined<T extends object>(entries: T): Defined<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Defined<T>
}
