import type { ReactElement } from 'react'

/** Properties of {@link NumberField}. */
interface NumberFieldProperties {
  readonly label: string
  readonly hint: string
  readonly value: number | undefined
  readonly min: number
  readonly max: number
  readonly step: number
  /** Shown where nothing is chosen. */
  readonly placeholder: string
  readonly isDisabled?: boolean
  /** Hears values in range; `undefined` for an empty field. */
  readonly onValue: (value: number | undefined) => void
}

/** A number that may be left to the server. What is out of range is marked by the browser and not taken. */
export function NumberField(properties: NumberFieldProperties): ReactElement {
  const { label, hint, value, min, max, step, placeholder, isDisabled = false, onValue } = properties
  return (
    <label className="field" title={hint}>
      <span className="label">{label}</span>
      <input
        type="number"
        inputMode="decimal"
        defaultValue={value ?? ''}
        min={min}
        max={max}
        step={step}
        placeholder={placeholder}
        disabled={isDisabled}
        onChange={({ target }) => {
          if (target.validity.valid) onValue(target.value === '' ? undefined : target.valueAsNumber)
        }}
      />
    </label>
  )
}
