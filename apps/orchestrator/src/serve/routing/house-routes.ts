import { SpeculationError } from '@foretoken/contract'
import type { FrontDoor, HouseModel, HouseRole } from '../service/house-model.js'

/** What the name in a request means. */
export type RouteTarget =
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'role'; readonly role: HouseRole }
  | { readonly kind: 'auto'; readonly frontDoor: FrontDoor }

/** The names that requests can have as `model`. */
export interface HouseRoutes {
  /** Throws `ERR_MODEL_UNKNOWN` for a name that means nothing. */
  resolve(name: string): RouteTarget
  role(name: string): HouseRole | undefined
}

/** What {@link houseRoutes} knows. */
export interface HouseRoutesOptions {
  readonly models: readonly Pick<HouseModel, 'name' | 'aliases'>[]
  readonly roles: readonly HouseRole[]
  readonly frontDoor?: FrontDoor
}

/** Finds what a name means: a model's own, its file's, `role:NAME`, or `auto`. */
export function houseRoutes({ models, roles, frontDoor }: HouseRoutesOptions): HouseRoutes {
  const byName = new Map(models.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name] as const)))
  // A model's own name wins over another one's file.
  for (const { name } of models) byName.set(name, name)
  const byRole = new Map(roles.map((role) => [role.name, role]))
  const known = [...models.map(({ name }) => name), ...roles.map(({ name }) => `role:${name}`)]
  return {
    resolve(name) {
      const model = byName.get(name)
      if (model !== undefined) return { kind: 'model', model }
      if (name === 'auto' && frontDoor !== undefined) return { kind: 'auto', frontDoor }
      const role = name.startsWith('role:') ? byRole.get(name.slice('role:'.length)) : undefined
      if (role !== undefined) return { kind: 'role', role }
      const all = frontDoor === undefined ? known : [...known, 'auto']
      throw new SpeculationError(
        'ERR_MODEL_UNKNOWN',
        `there is no model ${JSON.stringify(name.slice(0, 200))}; known are ${all.join(', ')}`,
        { details: { model: name.slice(0, 200) } },
      )
    },
    role: (name) => byRole.get(name),
  }
}
