import type { GgufMetadata } from '../gguf/gguf-header.js'

/** Reads a model's own keys, which begin with its architecture, without trusting their types. */
export interface ModelMetadata {
  readonly architecture: string
  readonly all: GgufMetadata
  /** A whole number from 0; of a list, one a layer, the largest. */
  number(name: string): number | undefined
  /** The number of a layer: of a list the item, of a single number that. */
  ofLayer(name: string, layer: number): number | undefined
  /** A text under its full key. */
  text(key: string): string | undefined
  flag(name: string): boolean | undefined
}

/** Wraps the metadata of a file. */
export function modelMetadata(all: GgufMetadata): ModelMetadata {
  const text = (key: string): string | undefined => {
    const value = all.get(key)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const architecture = text('general.architecture') ?? ''
  const own = (name: string) => all.get(`${architecture}.${name}`)
  const numbers = (name: string): readonly number[] => {
    const value = own(name)
    if (typeof value === 'object') return (value.values ?? []).map(Number)
    return typeof value === 'number' ? [value] : []
  }
  return {
    architecture,
    all,
    text,
    number: (name) => {
      const found = numbers(name).filter(isCount)
      return found.length === 0 ? undefined : Math.max(...found)
    },
    ofLayer: (name, layer) => {
      const found = typeof own(name) === 'object' ? numbers(name)[layer] : numbers(name)[0]
      return found !== undefined && isCount(found) ? found : undefined
    },
    flag: (name) => {
      const value = own(name)
      return typeof value === 'boolean' ? value : undefined
    },
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
