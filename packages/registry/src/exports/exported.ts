/** Configuration of another program, ready to be written. */
export interface Exported {
  readonly files: readonly ExportedFile[]
  /** What the other program does otherwise, or what was left out, in sentences. */
  readonly notes: readonly string[]
}

/** A file of such a configuration. */
export interface ExportedFile {
  readonly name: string
  readonly text: string
}

/** Programs that configurations are written for. */
export type ExportTarget = 'vllm' | 'sglang' | 'llama-swap' | 'gpustack' | 'llama.cpp-rpc'
