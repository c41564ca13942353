import { resolve } from 'node:path'
import { type GgufMetadata, readModelParts } from '@foretoken/registry/gguf'

/** A GGUF model on disk that was checked to be whole, all its parts included. */
export interface ModelFile {
  /** Absolute; of the first part where there are several. */
  readonly path: string
  readonly fileBytes: number
  readonly parameters: number
  readonly metadata: GgufMetadata
  readonly floatKeys: ReadonlySet<string>
  readonly tensorNames: ReadonlySet<string>
}

// Real headers are at most some 30 MB (a vocabulary of 262,144 with its merges).
const mostHeaderBytes = 128 * 1024 * 1024

/** Reads and checks what stands before a model's weights. */
export async function readModelFile(path: string, signal?: AbortSignal): Promise<ModelFile> {
  const options = { mostHeaderBytes, ...(signal && { signal }) }
  const { first, fileBytes, tensors } = await readModelParts(resolve(path), options)
  return {
    path: first.name,
    fileBytes,
    parameters: tensors.reduce((sum, { values }) => sum + values, 0),
    metadata: first.header.metadata,
    floatKeys: first.header.floatKeys,
    tensorNames: new Set(tensors.map(({ name }) => name)),
  }
}
