import type { Registry } from './registry.js'

/** An entry that names something that is not there, or is there twice. */
export interface ReferenceIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Every name in a registry that leads nowhere, and every id that stands for two things. */
export function referenceIssues(registry: Registry): ReferenceIssue[] {
  return [...twice(registry), ...aliasesTwice(registry), ...nameless(registry), ...sharing(registry)]
}

/** Lists whose entries other entries name by their ids. */
const lists = ['sources', 'hardware', 'methods', 'models', 'tiers', 'roles', 'suites'] as const

function twice(registry: Registry): ReferenceIssue[] {
  return lists.flatMap((list) => {
    const seen = new Set<string>()
    return registry[list].flatMap(({ id }, index) => {
      const known = seen.has(id)
      seen.add(id)
      return known ? [{ path: [list, index, 'id'], message: `there are two of "${id}"` }] : []
    })
  })
}

/** A role is asked for by its id and by its aliases. */
function aliasesTwice({ roles }: Registry): ReferenceIssue[] {
  const seen = new Set(roles.map(({ id }) => id))
  return roles.flatMap(({ aliases = [] }, role) =>
    aliases.flatMap((alias, index) => {
      const known = seen.has(alias)
      seen.add(alias)
      return known
        ? [{ path: ['roles', role, 'aliases', index], message: `"${alias}" is another role's name already` }]
        : []
    }),
  )
}

/** What a field names, wherever it stands. */
const fields: Readonly<Record<string, (typeof lists)[number]>> = {
  hardware: 'hardware',
  method: 'methods',
  model: 'models',
  draft: 'models',
  usualDraft: 'models',
  tier: 'tiers',
  defaultRole: 'roles',
  sharesServerOf: 'roles',
}

function nameless(registry: Registry): ReferenceIssue[] {
  const known = new Map(lists.map((list) => [list, new Set(registry[list].map(({ id }) => id))]))
  return [...leaves(registry, [])].flatMap(({ value, path }) => {
    if (isCitation(path)) {
      const document = value.slice(0, value.lastIndexOf(':'))
      return known.get('sources')?.has(document) ? [] : [{ path, message: `there is no source "${document}"` }]
    }
    const list = listOf(path)
    if (list === undefined || known.get(list)?.has(value)) return []
    return [{ path, message: `there is no "${value}" among the ${list}` }]
  })
}

interface Leaf {
  readonly value: string
  readonly path: readonly PropertyKey[]
}

/** Every text below a value. */
function* leaves(value: unknown, path: readonly PropertyKey[]): Generator<Leaf> {
  if (typeof value === 'string') yield { value, path }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value))
    if (!free.has(key)) yield* leaves(item, [...path, Array.isArray(value) ? Number(key) : key])
}

/** Texts of others, whose keys are theirs. */
const free: ReadonlySet<string> = new Set(['remarks', 'cells'])

function isCitation(path: readonly PropertyKey[]): boolean {
  const [last, before] = [path.at(-1), path.at(-2)]
  return (
    last === 'source' ||
    last === 'bandwidthSource' ||
    last === 'newer' ||
    last === 'older' ||
    (before === 'sources' && typeof last === 'number')
  )
}

function listOf(path: readonly PropertyKey[]): (typeof lists)[number] | undefined {
  const [section, , list] = path
  if (section === 'escalations' && list === 'roles') return 'roles'
  if (section === 'recommendations' && list === 'suites') return 'suites'
  const last = path.at(-1)
  // The method of a claim is what is claimed about.
  if (section === 'claims' && last === 'method') return undefined
  return typeof last === 'string' && Object.hasOwn(fields, last) ? fields[last] : undefined
}

/** A role that answers for another one has a server of its own, or there would be none. */
function sharing(registry: Registry): ReferenceIssue[] {
  return registry.roles.flatMap((role, index) => {
    const shared = role.assignments[0]?.sharesServerOf
    const other = registry.roles.find(({ id }) => id === shared)
    return other?.assignments[0]?.sharesServerOf === undefined
      ? []
      : [
          {
            path: ['roles', index, 'assignments', 0, 'sharesServerOf'],
            message: `"${other.id}" has no server of its own`,
          },
        ]
  })
}
