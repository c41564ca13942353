import { SpeculationError } from '@foretoken/contract'
import { roleOf } from '../measurements/find-in-registry.js'
import type { Registry } from '../registry-file/registry.js'
import type { Assignment } from '../registry-file/registry-roles.js'
import { type Answer, answer } from './answer.js'

/** The server that answers for a role. */
export interface RoleServer {
  /** The role whose server it is: another one where the server is shared. */
  readonly role: string
  readonly port?: number
  readonly assignment: Assignment
}

/** The role that a tier asks where none is named. */
export function defaultRole(registry: Registry, tier: string): Answer<string> {
  const found = registry.tiers.find(({ id }) => id === tier)
  if (found === undefined) {
    const known = registry.tiers.map(({ id }) => id)
    throw new SpeculationError('ERR_OPTION_INVALID', `there is no tier "${tier}"; known are ${known.join(', ')}`)
  }
  const role = roleOf(registry, found.defaultRole)
  return answer(role.id, [found.source, role.assignments[0]?.source])
}

/** Which server answers for a role, and what runs on it. */
export function serverOf(registry: Registry, name: string): Answer<RoleServer> {
  const role = roleOf(registry, name)
  const [own] = role.assignments
  const shared = own?.sharesServerOf === undefined ? undefined : roleOf(registry, own.sharesServerOf)
  const { id, port, assignments } = shared ?? role
  const [assignment = { source: '', date: '' }] = assignments
  return answer({ role: id, ...(port !== undefined && { port }), assignment }, [own?.source, assignment.source])
}

/** What a role ran before, the newest first: each is superseded by the one before it. */
export function earlierAssignments(registry: Registry, name: string): Answer<readonly Assignment[]> {
  const { assignments } = roleOf(registry, name)
  return answer(
    assignments.slice(1),
    assignments.map(({ source }) => source),
  )
}

/** Who is asked when a role does not suffice; `undefined` at the end of the chain. */
export function escalationAfter(registry: Registry, name: string): Answer<string | undefined> {
  const { id } = roleOf(registry, name)
  const chain = registry.escalations.find(({ roles }) => roles.includes(id))
  return answer(chain?.roles[chain.roles.indexOf(id) + 1], [chain?.source])
}
