import { SpeculationError } from '@foretoken/contract'
import { referenceIssues } from './reference-issues.js'
import type { Registry } from './registry.js'
import { registrySchema } from './registry-schema.js'
import { readYaml, type TextIssue } from './yaml-text.js'

/** A registry, or what is wrong with its text. */
export interface RegistryCheck {
  /** Absent where there are issues. */
  readonly registry?: Registry
  /** In the order of the lines; a hundred at most. */
  readonly issues: readonly TextIssue[]
}

/** Reads the text of a registry and says everything that is wrong with it, each with its line. */
export function checkRegistry(text: string): RegistryCheck {
  const yaml = readYaml(text)
  if ('length' in yaml) return { issues: sorted(yaml) }
  const { data, error } = registrySchema.safeParse(yaml.value)
  const found =
    error === undefined
      ? referenceIssues(data)
      : error.issues.flatMap((issue) =>
          issue.code === 'unrecognized_keys'
            ? issue.keys.map((key) => ({ path: [...issue.path, key], message: `"${key}" is not known here` }))
            : [{ path: issue.path, message: issue.message }],
        )
  const issues = sorted(found.map(({ path, message }) => yaml.issueAt(path, message)))
  return issues.length === 0 && data !== undefined ? { registry: data, issues } : { issues }
}

/** Reads the text of a registry. Throws `ERR_REGISTRY_FORMAT` with the first fault and its line. `name` is for messages. */
export function parseRegistry(text: string, name = 'the registry'): Registry {
  const { registry, issues } = checkRegistry(text)
  if (registry !== undefined) return registry
  const [first] = issues
  const place = first === undefined ? '' : `:${first.line}:${first.column}: ${first.path} ${first.message}`
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : ''
  throw new SpeculationError('ERR_REGISTRY_FORMAT', `${name}${place}${more}`, { details: { name, issues } })
}

function sorted(issues: readonly TextIssue[]): TextIssue[] {
  return issues.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, 100)
}
