import { SpeculationError } from '@foretoken/contract'
import { ggufDamage } from '../gguf/gguf-cursor.js'
import { type GgufTensor, mostTensors } from '../gguf/gguf-header.js'
import type { GgufLocation } from '../gguf/gguf-source.js'
import { leastFileBytes, type ReadHeader, type ReadHeaderOptions, readHeader } from '../gguf/read-header.js'

/** All files of a model. */
export interface ModelParts {
  readonly first: ReadHeader
  readonly files: readonly string[]
  readonly fileBytes: number
  readonly tensors: readonly GgufTensor[]
}

/** More parts than any published model has; a header may claim 65,535. */
const mostParts = 512

/** Reads the headers of a model and of its further parts, which lie beside the first; checks that the tensors are there. */
export async function readModelParts(location: GgufLocation, options: ReadHeaderOptions): Promise<ModelParts> {
  const first = await readHeader(location, options)
  const others = otherParts(first, location)
  // Bytes may be those of a header alone.
  if (!(location instanceof Uint8Array)) checkTensorData(first)
  const files = [first.name]
  const tensors = [...first.header.tensors]
  let { fileBytes } = first
  for (const next of others) {
    const part = await readHeader(next, options)
    checkTensorData(part)
    files.push(part.name)
    fileBytes += part.fileBytes
    for (const tensor of part.header.tensors) tensors.push(tensor)
    if (tensors.length > mostTensors) throw ggufDamage(first.name, `its parts hold more than ${mostTensors} tensors`)
  }
  return { first, files, fileBytes, tensors }
}

/** llama.cpp maps the weights into memory, where reading behind the end of a cut file kills the process. */
function checkTensorData({ header, name, fileBytes }: ReadHeader): void {
  const end = leastFileBytes(header)
  if (end > fileBytes) {
    throw ggufDamage(name, `its weights need ${end} bytes and the file has ${fileBytes}`, 'truncated')
  }
}

/** Places of the second and further parts, by the naming of `llama_split_path`: `name-00001-of-00003.gguf`. */
function otherParts({ header, name }: ReadHeader, location: GgufLocation): readonly GgufLocation[] {
  const count = header.metadata.get('split.count') ?? 1
  if (typeof count !== 'number' || count <= 1) return []
  if (count > mostParts) throw ggufDamage(name, `it claims to be one of ${count} parts`)
  if (location instanceof Uint8Array) {
    const message = `the bytes are one of ${count} parts of a model; give the path or URL of the first`
    throw new SpeculationError('ERR_OPTION_INVALID', message, { details: { option: 'location' } })
  }
  const found = /^(?<prefix>.*-)(?<number>\d{5})(?<suffix>-of-\d{5}\.gguf)(?<query>\?.*)?$/s.exec(String(location))
  const { prefix = '', number, suffix = '', query = '' } = found?.groups ?? {}
  if (number !== '00001') {
    throw ggufDamage(name, `it is one of ${count} parts and not the first, whose name ends in "-00001-of-…"`)
  }
  return Array.from({ length: count - 1 }, (_, index) => {
    const path = `${prefix}${String(index + 2).padStart(5, '0')}${suffix}${query}`
    return location instanceof URL ? new URL(path) : path
  })
}
