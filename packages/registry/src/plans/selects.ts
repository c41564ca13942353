import type { ModelSelector, RegistryModel } from '../registry-file/registry-models.js'

/** Whether a statement is about a model; what it does not ask about does not matter. */
export function selects({ model, family, lineage, kind }: ModelSelector, about: RegistryModel): boolean {
  return (
    (model === undefined || model === about.id) &&
    (family === undefined || family === about.family) &&
    (lineage === undefined || lineage === about.lineage) &&
    (kind === undefined || isOfKind(kind, about))
  )
}

function isOfKind(kind: NonNullable<ModelSelector['kind']>, model: RegistryModel): boolean {
  if (kind === 'recurrent') return model.recurrent === true
  if (kind === 'vision') return model.vision === true
  return model.experts !== undefined || model.defaultExperts !== undefined
}
