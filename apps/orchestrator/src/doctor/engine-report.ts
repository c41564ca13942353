import { bindingStatus, loadBinding } from '@foretoken/native'
import type { EngineName, LoadedModel } from '@foretoken/runner-llamacpp'
import type { EngineReport } from './doctor-result.js'

/** What is known of the native engine. */
export interface NativeReport {
  readonly available: boolean
  /** Why it is not; empty where it is. */
  readonly reason: string
  readonly version?: string
  readonly cpuLibrary?: string
  /** What llama.cpp says of its build. */
  readonly systemInfo?: string
}

/** Looks for the native engine and starts it, once a process. */
export function nativeReport(): NativeReport {
  const status = bindingStatus()
  if (!status.available) return status
  const binding = loadBinding()
  return { ...status, version: binding.engineVersion, ...binding.start() }
}

/** What was asked for, by option or by environment. */
export interface EngineWish {
  readonly engine?: EngineName | 'auto' | undefined
  /** `FORETOKEN_ENGINE`. */
  readonly environment?: string | undefined
}

/** Who decodes and why; of a loaded model for certain. */
export function engineReport(
  native: NativeReport,
  { engine, environment }: EngineWish,
  facts?: LoadedModel['facts'],
): EngineReport {
  const asked = engine !== undefined && engine !== 'auto' ? '--engine' : environment ? 'FORETOKEN_ENGINE' : ''
  const name = facts?.engine ?? (native.available ? 'native' : 'node-llama-cpp')
  const version = facts?.engineVersion ?? native.version
  const { cpuLibrary, systemInfo } = native
  return {
    name,
    because: reasonFor(name, { native, asked, backend: facts?.backend }),
    ...(version !== undefined && { version }),
    ...(cpuLibrary !== undefined && { cpuLibrary }),
    ...(systemInfo !== undefined && { usesOpenMp: /\bOPENMP = 1\b/.test(systemInfo) }),
    ...(facts && { threads: facts.threads, backend: facts.backend }),
  }
}

interface Circumstances {
  readonly native: NativeReport
  readonly asked: string
  readonly backend: string | undefined
}

function reasonFor(name: EngineName, { native, asked, backend }: Circumstances): string {
  if (!native.available) return `The native engine is absent: ${native.reason}.`
  if (asked !== '') return `${asked} says so.`
  if (name === 'native') return 'The native engine is built for this platform, and no GPU is in use.'
  return backend === undefined || backend === 'cpu'
    ? 'It was chosen.'
    : `It uses the GPU (${backend}), which the native engine does not.`
}
