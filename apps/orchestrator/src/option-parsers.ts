import { SpeculationError } from '@foretoken/contract'
import type { MetadataOverrides } from '@foretoken/runner-llamacpp'

/** A commander parser for an integer in [min, max]. */
export function integerParser(option: string, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `${option} must be an integer from ${min} to ${max}, got "${value}"`,
    )
  }
}

/** A commander parser for a number in [min, max]. */
export function numberParser(option: string, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d+(\.\d+)?$|^\.\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be a number from ${min} to ${max}, got "${value}"`)
  }
}

/** A commander parser for texts with commas between them. */
export function listParser(option: string): (value: string) => readonly string[] {
  return (value) => {
    const items = value.split(',').map((item) => item.trim())
    if (items.every((item) => item !== '')) return items
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be a list as in 1,2,3, got "${value}"`)
  }
}

/** Adds one value to those of a repeated option. */
export function appendText(value: string, earlier: readonly string[] = []): readonly string[] {
  if (value !== '') return [...earlier, value]
  throw new SpeculationError('ERR_OPTION_INVALID', '--stop needs a text, got an empty one')
}

/** Adds one `namespace.key=value` to those of a repeated option; numbers and booleans are read as such. */
export function appendOverride(value: string, earlier: MetadataOverrides = {}): MetadataOverrides {
  const [, space, key, text] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(value) ?? []
  if (space === undefined || key === undefined || text === undefined)
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `--override must look like qwen3moe.expert_used_count=3, got "${value}"`,
    )
  return { ...earlier, [space]: { ...earlier[space], [key]: metadataValue(text) } }
}

function metadataValue(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}
