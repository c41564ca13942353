import { SpeculationError } from '@foretoken/contract'
import type { Clock, Facts } from '@foretoken/judge'
import { z } from 'zod'
import type { RemotePlace } from './model-place.js'

/** What asking a server takes. */
export interface ServerFactsOptions {
  readonly key: string | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

const maxCharacters = 1_000_000
const timeoutMs = 10_000
const maxAttempts = 4

const list = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.string().max(200).optional(),
      meta: z.record(z.string().max(100), z.unknown()).nullish(),
    }),
  ),
})

/**
 * What an OpenAI-compatible server says of its model (`GET /models`; llama-server tells size, quantisation and context), as
 * far as it stays the same; nothing where it has no such list. A server that cannot be reached is `ERR_ENGINE_LOST`, since
 * a run must have the same name each time.
 */
export async function serverFacts(place: RemotePlace, options: ServerFactsOptions): Promise<Facts> {
  if (place.protocol !== 'openai' || place.baseUrl === undefined) return {}
  const text = await listText(place, options)
  const models = text === undefined ? [] : (list.safeParse(jsonOf(text)).data?.data ?? [])
  // llama-server has one model, by whatever name it is asked.
  const model = models.find(({ id }) => id === place.model) ?? (models.length === 1 ? models[0] : undefined)
  if (model === undefined) return {}
  const known = Object.entries(model.meta ?? {}).filter((fact): fact is [string, string | number | boolean] => {
    return ['string', 'number', 'boolean'].includes(typeof fact[1]) && String(fact[1]).length <= 1_000
  })
  return { ...Object.fromEntries(known.slice(0, 50)), ...(model.owned_by !== undefined && { owner: model.owned_by }) }
}

/** Text of the list; `undefined` where the server says that it has none. */
async function listText(place: RemotePlace, options: ServerFactsOptions): Promise<string | undefined> {
  const { clock, signal } = options
  for (let attempt = 1; ; attempt++) {
    const reply = await asked(place, options)
    if (typeof reply === 'object') return reply.text
    if (attempt === maxAttempts) {
      throw new SpeculationError('ERR_ENGINE_LOST', `${place.model} at ${place.baseUrl} cannot be asked: ${reply}`)
    }
    await clock.sleep(500 * 2 ** attempt, signal)
  }
}

/** What the server sent, or why it may be asked again. */
async function asked(
  { model, baseUrl }: RemotePlace,
  { key, signal }: ServerFactsOptions,
): Promise<{ readonly text: string | undefined } | string> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const { ok, status } = response
    if (!ok) await response.body?.cancel()
    if (ok) return { text: await boundedText(response) }
    if (status === 429 || status >= 500) return `HTTP status ${status}`
    if (status !== 401 && status !== 403) return { text: undefined }
    throw new SpeculationError('ERR_OPTION_INVALID', `${model} at ${baseUrl} refuses the key: HTTP status ${status}`)
  } catch (error) {
    if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'cancelled before the server answered')
    if (SpeculationError.is(error)) throw error
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message
    throw new SpeculationError('ERR_ENGINE_LOST', `${model} at ${baseUrl} cannot be asked: ${reason}`, { cause: error })
  }
}

async function boundedText(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > maxCharacters) return ''
  }
  return text
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
