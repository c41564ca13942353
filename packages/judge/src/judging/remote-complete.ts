import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { SpeculationError } from '@foretoken/contract'
import type { Clock, Complete } from '../ports.js'
import { aiSdkComplete } from './ai-sdk-complete.js'

/** Where a model is served, and how it is asked. */
export interface RemoteCompleteOptions {
  /** `openai` is every server with `/chat/completions`: Foretoken's, llama-server, vLLM, hosted ones. */
  readonly protocol: 'openai' | 'anthropic'
  /**
   * Address up to the version, such as `http://127.0.0.1:8080/v1`.
   * @defaultValue Anthropic's own for `anthropic`, `http://127.0.0.1:8080/v1` for `openai`
   */
  readonly baseUrl?: string
  /** The model's id on that server. */
  readonly model: string
  /**
   * Key that the server asks for; never stored, never part of an error.
   * @defaultValue none for `openai`, ANTHROPIC_API_KEY for `anthropic`
   */
  readonly apiKey?: string
  /**
   * Reads dates that servers ask to wait for.
   * @defaultValue the machine's
   */
  readonly clock?: Clock
}

/** A model behind HTTP. */
export function remoteComplete(options: RemoteCompleteOptions): Complete {
  const complete = completeOf(options)
  const { apiKey } = options
  if (apiKey === undefined || apiKey === '') return complete
  return (messages, request) => complete(messages, request).catch((error) => Promise.reject(withoutKey(error, apiKey)))
}

/** Some servers repeat the key that they refuse. */
function withoutKey(error: unknown, key: string): unknown {
  if (!SpeculationError.is(error) || !error.message.includes(key)) return error
  const { code, details } = error
  return new SpeculationError(code, error.message.replaceAll(key, '[key]'), { details })
}

function completeOf(options: RemoteCompleteOptions): Complete {
  const { protocol, model, clock } = options
  const apiKey = options.apiKey === undefined ? {} : { apiKey: options.apiKey }
  const common = { name: model, ...(clock !== undefined && { clock }) }
  if (protocol === 'anthropic') {
    const provider = createAnthropic({ ...apiKey, ...(options.baseUrl !== undefined && { baseURL: options.baseUrl }) })
    return aiSdkComplete(provider(model), { ...common, hasSeed: false })
  }
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: options.baseUrl ?? 'http://127.0.0.1:8080/v1',
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...apiKey,
  })
  return aiSdkComplete(provider(model), common)
}
