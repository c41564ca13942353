/** llama.cpp's programs, built from the source that node-llama-cpp ships. */
export interface Engines {
  readonly folder: string
  readonly llamaServer: string
  readonly rpcServer: string
  readonly llamaBench: string
  readonly llamaQuantize: string
  readonly llamaLookupCreate: string
  /** `llama-bench` linked with node-llama-cpp's own libraries, where it ships them for this platform. */
  readonly prebuiltBench?: string
}
export function builtEngines(): Promise<Engines | undefined>
export function buildEngines(): Promise<Engines>
