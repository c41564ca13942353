import type { NativeBinding } from '@foretoken/native'
import { nativeError } from './native-error.js'

/** Whether the addon can be used here, and otherwise why not. */
export interface NativeStatus {
  readonly available: boolean
  readonly reason: string
}

/** Looks for the compiled addon. */
export async function nativeStatus(): Promise<NativeStatus> {
  try {
    const { bindingStatus } = await import('@foretoken/native')
    return bindingStatus()
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { available: false, reason: `the package @foretoken/native cannot be loaded: ${said}` }
  }
}

let started: NativeBinding | undefined

/** Loads the addon, once a process. */
export async function startNative(): Promise<NativeBinding> {
  if (started !== undefined) return started
  try {
    const { loadBinding } = await import('@foretoken/native')
    const binding = loadBinding()
    binding.start()
    started = binding
    return binding
  } catch (cause) {
    throw nativeError('the native engine does not start', cause)
  }
}
