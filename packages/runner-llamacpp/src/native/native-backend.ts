import type { RollbackClass } from '@foretoken/contract'
import type { NativeBinding, NativeContextOptions, NativeModel } from '@foretoken/native'
import { freeBytes } from '../memory-estimate.js'
import type { BackendTargetOptions, ModelBackend } from '../model-backend.js'
import { unsupported } from '../model-metadata.js'
import type { ModelPlan } from '../model-plan.js'
import type { LoadModelOptions } from '../model-types.js'
import { sessionStore } from '../session-file.js'
import { throwIfAborted } from '../throw-if-aborted.js'
import { chooseThreads } from './choose-threads.js'
import { modelFingerprint } from './model-fingerprint.js'
import { nativeError } from './native-error.js'
import { NativeTarget, type NativeTargetParts } from './native-target.js'
import { readsWeights, transparentHugePages } from './reads-weights.js'

/** A model in the addon's memory. */
export interface NativeBackend extends ModelBackend {
  readonly native: NativeModel
  readonly rollback: RollbackClass
  readonly threads: number
  /** See `LoadModelOptions`. */
  readonly mayBlockMs: number
  /** How a context of one sequence is made. */
  contextOptions(contextTokens: number): NativeContextOptions
}

/** What {@link loadNativeBackend} loads. */
export interface NativeLoading {
  readonly binding: NativeBinding
  readonly plan: ModelPlan
  readonly options: Pick<LoadModelOptions, 'signal' | 'threads' | 'snapshots' | 'mapFile' | 'mayBlockMs'>
  readonly onProgress: (rate: number) => void
  readonly weightsBytes: number
  /** What a context of the plan takes; no session is larger. */
  readonly contextBytes: number
  /** Physical cores. */
  readonly cores: number
}

/** Loads the weights and finds out how the model rolls back and how many threads are fast. */
export async function loadNativeBackend(loading: NativeLoading): Promise<NativeBackend> {
  const { options, plan, cores } = loading
  const { mayBlockMs = 0 } = options
  const native = await loadWeights(loading)
  try {
    const shape = contextShapeOf(plan, options)
    const wanted = options.threads === undefined ? [...new Set([1, cores])] : [options.threads]
    const { threads, rollback } = await chooseThreads(native, { shape, wanted, signal: options.signal })
    const mostBytes = 2 * loading.contextBytes + 2 ** 20
    const store = sessionStore({ modelFingerprint: () => modelFingerprint(plan), mostBytes })
    const contextOptions = (contextTokens: number) => ({ ...shape(contextTokens), threads })
    return {
      ...{ native, rollback, threads, mayBlockMs, contextOptions },
      openTarget: (target) => openTarget({ native, store, contextOptions, mayBlockMs }, target),
      dispose: () => native.dispose(),
    }
  } catch (error) {
    await native.dispose()
    throw error
  }
}

async function loadWeights({ binding, plan, options, onProgress, weightsBytes }: NativeLoading): Promise<NativeModel> {
  const { signal } = options
  const place = { weightsBytes, freeBytes: freeBytes(), hugePages: transparentHugePages() }
  const { mapFile = !readsWeights(place) } = options
  const cancel = new Int32Array(1)
  const onAbort = () => cancel.fill(1)
  throwIfAborted(signal)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await binding.loadModel(plan.file.path, { overrides: plan.overrides, mapFile, cancel, onProgress })
  } catch (cause) {
    throwIfAborted(signal)
    const error = nativeError(`llama.cpp could not load ${plan.file.path}`, cause)
    if (error.code !== 'ERR_MODEL_UNSUPPORTED') throw error
    throw unsupported(plan.file.path, `llama.cpp says: ${wordsOf(cause)}`, { cause })
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The reason in llama.cpp's log, without its frame. */
function wordsOf(cause: unknown): string {
  const { message } = cause as Error
  return /error loading model:? *(?<reason>.*)/.exec(message)?.groups?.['reason'] ?? message
}

/** Everything of a context but its threads. */
function contextShapeOf(
  { batchTokens, attention }: ModelPlan,
  { snapshots = 0 }: NativeLoading['options'],
): (contextTokens: number) => Omit<NativeContextOptions, 'threads'> {
  return (contextTokens) => ({
    contextTokens,
    batchTokens: Math.min(batchTokens, contextTokens),
    keyType: 'f16',
    // Sums alike at every width of a batch; see `contextShape`.
    valueType: attention === 'exact' ? 'bf16' : 'f16',
    snapshots,
  })
}

async function openTarget(
  {
    native,
    store,
    contextOptions,
    mayBlockMs,
  }: Pick<NativeBackend, 'native' | 'contextOptions'> & Pick<NativeTargetParts, 'store' | 'mayBlockMs'>,
  { contextTokens, sequences, onClose }: BackendTargetOptions,
): Promise<NativeTarget> {
  const options = contextOptions(contextTokens)
  try {
    const context = await native.createContext({ ...options, sequences })
    const { batchTokens = contextTokens } = options
    const limits = { contextTokens, batchTokens, sequences, vocabularySize: native.vocabularySize, mayBlockMs }
    return new NativeTarget({ context, ...limits, store, onClose })
  } catch (cause) {
    throw nativeError('llama.cpp could not make a context', cause)
  }
}
