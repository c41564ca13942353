import { NativeTarget } from '../src/native/native-target.js'
import type { SessionStore } from '../src/session-file.js'
import { type FakeNativeContext, type FakeNativeOptions, fakeNative } from './fake-native.js'

export const vocabularySize = 48
export const endOfTextTokens: readonly number[] = [0, 47]

/** Limits of a target, and how its addon behaves. */
export interface FakeTargetOptions extends Partial<FakeNativeOptions> {
  readonly contextTokens?: number
  readonly batchTokens?: number
  readonly sequences?: number
  readonly mayBlockMs?: number
}

/** A target over an addon that is a fake, and its context. */
export async function fakeTarget({
  contextTokens = 256,
  batchTokens = 32,
  sequences = 1,
  mayBlockMs = 0,
  ...options
}: FakeTargetOptions = {}): Promise<{ target: NativeTarget; fake: FakeNativeContext }> {
  const native = fakeNative({ vocabularySize, endOfTextTokens, ...options })
  const context = await native.createContext({ contextTokens, batchTokens, sequences, threads: 1 })
  const saved = new Map<string, Uint8Array>()
  const store: SessionStore = {
    read: async (path) => saved.get(path) ?? new Uint8Array(3),
    write: async (path, state) => void saved.set(path, state),
  }
  const limits = { contextTokens, batchTokens, sequences, vocabularySize, mayBlockMs }
  const target = new NativeTarget({ context, ...limits, store, onClose: () => {} })
  return { target, fake: native.contexts[0] as FakeNativeContext }
}

export const prompts: readonly Int32Array[] = [1, 7, 19, 23, 31].map((seed) =>
  Int32Array.from({ length: 6 }, (_, index) => 1 + ((seed * (index + 1)) % 46)),
)
export const prompt: Int32Array = prompts[0] as Int32Array
/** Three batches of prompt. */
export const long: Int32Array = Int32Array.from({ length: 70 }, (_, index) => 1 + (index % 40))
