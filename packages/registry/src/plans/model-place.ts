import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Registry } from '../registry-file/registry.js'
import type { RegistryModel } from '../registry-file/registry-models.js'

/** Where a model's file is. */
export interface ModelPlace {
  readonly path: string
  readonly quantisation: string
  readonly bytes?: number
  readonly notes: readonly string[]
}

/** Which file is looked for. */
interface PlaceQuestion {
  /** Quantisation; the usual one where it is `undefined`. */
  readonly wanted: string | undefined
  readonly exists?: (path: string) => boolean
}

/** The first root that has the file; where the registry names none, llama.cpp's usual name is a guess. */
export function modelPlace(
  { roots }: Registry,
  { name, quantisations }: RegistryModel,
  { wanted, exists = existsSync }: PlaceQuestion,
): ModelPlace {
  const found =
    quantisations.find((one) => one.name === wanted) ?? (wanted === undefined ? quantisations[0] : undefined)
  const quantisation = found?.name ?? wanted ?? ''
  const below = found?.path ?? `${name}${quantisation === '' ? '' : `-${quantisation}`}.gguf`
  const paths = isAbsolute(below) ? [below] : roots.map(({ path }) => join(path, below))
  const there = paths.find(exists)
  const path = there ?? paths[0] ?? below
  const guessed = [
    ...(found?.path === undefined ? ['The registry does not say where the file is: its name is a guess.'] : []),
    ...(path.endsWith('.gguf') ? [] : [`${path} is no GGUF file: where it is a folder, name the first file in it.`]),
  ]
  return {
    path,
    quantisation,
    ...(found?.bytes !== undefined && { bytes: found.bytes }),
    notes: there === undefined ? [...guessed, `There is no ${path} on this machine.`] : guessed,
  }
}
