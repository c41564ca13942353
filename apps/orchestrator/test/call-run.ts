import { expect } from 'vitest'
import { type ModelPorts, main } from '../src/index.js'
import { type MemoryHostOptions, memoryHost } from './memory-host.js'
import { type MemoryModel, type MemoryModelOptions, memoryModel } from './memory-model.js'

/** How `foretoken run` is called; the model copies the prompt unless told otherwise, as an editing task does. */
export interface CallRunOptions extends MemoryHostOptions {
  readonly model?: Partial<MemoryModelOptions>
  readonly modelDrafter?: ModelPorts['modelDrafter']
}

/** What became of the call. */
export interface CalledRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly model: MemoryModel
}

/** Calls `foretoken run` on a memory model; nothing is piped in, and the signals must be given back. */
export async function callRun(args: readonly string[], options: CallRunOptions = {}): Promise<CalledRun> {
  const host = memoryHost({ piped: '', ...options })
  const model = memoryModel({ answer: (prompt) => prompt, ...options.model })
  const ports = { loadModel: async () => model, ...(options.modelDrafter && { modelDrafter: options.modelDrafter }) }
  const exitCode = await main(['run', 'memory.gguf', ...args], host, ports)
  expect(host.listeners('SIGINT') + host.listeners('SIGTERM')).toBe(0)
  return { exitCode, ...host.written, model }
}
