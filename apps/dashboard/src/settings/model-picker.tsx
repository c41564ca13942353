import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'

/** Properties of {@link ModelPicker}. */
interface ModelPickerProperties {
  readonly model: string
  readonly modelIds: readonly string[]
  /** What is known of some of them. */
  readonly models: ServiceState['models']
  readonly onModel: (model: string) => void
}

const groups = [
  { title: 'Chosen for you', has: (id: string) => id === 'auto' },
  { title: 'Roles', has: (id: string) => id.startsWith('role:') },
  { title: 'Models', has: (id: string) => id !== 'auto' && !id.startsWith('role:') },
]

/** Chooses who answers: a model, a role, or the front door. */
export function ModelPicker({ model, modelIds, models, onModel }: ModelPickerProperties): ReactElement {
  const stateOf = (id: string): string => {
    const state = models.find((one) => one.id === id)?.state
    return state === undefined || state === 'hot' ? '' : ` (${state})`
  }
  const used = groups
    .map(({ title, has }) => ({ title, ids: modelIds.filter(has) }))
    .filter(({ ids }) => ids.length > 0)
  return (
    <label className="model-picker">
      <span className="label" aria-hidden="true">
        Model
      </span>
      <select
        aria-label="Model"
        value={model}
        disabled={modelIds.length === 0}
        onChange={({ target }) => onModel(target.value)}
      >
        {modelIds.length === 0 && <option value="">no model yet</option>}
        {used.map(({ title, ids }) => (
          <optgroup key={title} label={title}>
            {ids.map((id) => (
              <option key={id} value={id}>
                {id}
                {stateOf(id)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}
