import { failureOf, unreachable } from './failure.js'
import { ServerError } from './server-error.js'

/** How the page reaches its server. */
export interface ApiOptions {
  /** Empty where the server asks for none. */
  readonly key: string
  readonly signal?: AbortSignal
  /** Posted as JSON where it is there. */
  readonly body?: unknown
}

/** Fetches a path of the server that the page came from; throws {@link ServerError}, or what an abort throws. */
export async function fetchApi(path: string, { key, signal, body }: ApiOptions): Promise<Response> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : new ServerError(unreachable)
  })
  if (response.ok) return response
  const json: unknown = await response.json().catch(() => undefined)
  const retryAfter = Number(response.headers.get('retry-after'))
  throw new ServerError(failureOf(response.status, json, retryAfter), response.status)
}

/** Fetches JSON; `read` tells whether it has the wanted form, and is what protects the page from anything else. */
export async function fetchJson<Value>(
  path: string,
  options: ApiOptions,
  read: (json: unknown) => Value,
): Promise<Value> {
  const response = await fetchApi(path, options)
  return read(await response.json())
}
