import type { PoolModelState } from '../pool/pooled-model.js'
import type { ServedModel } from '../serving-service.js'
import type { HouseModel, HouseRole } from './house-model.js'

/** What there is, and how it is now. */
export interface ServedModelsOptions {
  readonly models: readonly HouseModel[]
  readonly roles: readonly HouseRole[]
  readonly hasFrontDoor: boolean
  readonly states: readonly PoolModelState[]
}

/** Every name that requests can have: models first, then roles as their first model is, then `auto`. */
export function servedModels({ models, roles, hasFrontDoor, states }: ServedModelsOptions): readonly ServedModel[] {
  const byName = new Map(states.map((state) => [state.name, state]))
  const served = models.map(
    ({ name, created }): ServedModel => ({
      id: name,
      kind: 'model',
      created,
      ...stateOf(byName.get(name)),
    }),
  )
  const ofRole = ({ models: [first] }: HouseRole) => served.find(({ id }) => id === first)
  const roleModels = roles.map((role): ServedModel => {
    const { created = 0, state = 'cold', ...rest } = ofRole(role) ?? {}
    return { ...rest, id: `role:${role.name}`, kind: 'role', created, state }
  })
  const created = Math.max(0, ...models.map((model) => model.created))
  const auto: readonly ServedModel[] = hasFrontDoor ? [{ id: 'auto', kind: 'auto', created, state: 'hot' }] : []
  return [...served, ...roleModels, ...auto]
}

function stateOf(state: PoolModelState | undefined): Pick<ServedModel, 'state' | 'facts' | 'failure'> {
  const { phase = 'cold', engine, failure } = state ?? {}
  const isFailed = failure !== undefined && phase === 'cold'
  return {
    state: phase === 'leaving' ? 'cold' : isFailed ? 'failed' : phase,
    ...(engine && { facts: engine.facts }),
    ...(isFailed && { failure }),
  }
}
