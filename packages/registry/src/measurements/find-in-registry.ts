import { SpeculationError } from '@foretoken/contract'
import type { Registry } from '../registry-file/registry.js'
import type { ModelSelector, Quantisation, RegistryModel } from '../registry-file/registry-models.js'
import type { Role } from '../registry-file/registry-roles.js'

/** The model of an id or a name, however it is spelled. Throws `ERR_OPTION_INVALID` with the nearest names. */
export function modelOf(registry: Registry, name: string): RegistryModel {
  const wanted = plain(name)
  const found = registry.models.find((model) => plain(model.id) === wanted || plain(model.name) === wanted)
  if (found !== undefined) return found
  const near = registry.models.filter(({ id }) => plain(id).includes(wanted)).map(({ id }) => id)
  const known = near.length > 0 ? near : registry.models.map(({ id }) => id)
  throw new SpeculationError('ERR_OPTION_INVALID', `there is no model "${name}"; known are ${known.join(', ')}`, {
    details: { name, known },
  })
}

/** The role of an id or an alias. Throws `ERR_OPTION_INVALID` with the known ones. */
export function roleOf(registry: Registry, name: string): Role {
  const found = registry.roles.find(({ id, aliases = [] }) => id === name || aliases.includes(name))
  if (found !== undefined) return found
  const known = registry.roles.map(({ id }) => id)
  throw new SpeculationError('ERR_OPTION_INVALID', `there is no role "${name}"; known are ${known.join(', ')}`, {
    details: { name, known },
  })
}

/** Whether a statement about some models is about this one. */
export function selects(selector: ModelSelector, model: RegistryModel): boolean {
  return (
    (selector.model === undefined || selector.model === model.id) &&
    (selector.family === undefined || selector.family === model.family) &&
    (selector.lineage === undefined || selector.lineage === model.lineage) &&
    (selector.kind === undefined || traits[selector.kind](model))
  )
}

/** The file of a quantisation, or the model's usual one. */
export function quantisationOf(model: RegistryModel, name?: string): Quantisation | undefined {
  return name === undefined ? model.quantisations[0] : model.quantisations.find((one) => one.name === name)
}

const traits: Readonly<Record<NonNullable<ModelSelector['kind']>, (model: RegistryModel) => boolean>> = {
  recurrent: ({ recurrent = false }) => recurrent,
  vision: ({ vision = false }) => vision,
  moe: ({ activeParameters }) => activeParameters !== undefined,
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9.]+/g, '-')
}
