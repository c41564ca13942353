import { assertInteger, SpeculationError } from '@foretoken/contract'
import { httpAgents } from './http-exchange.js'
import { retried } from './retried.js'
import { redactor } from './server-refusal.js'
import {
  type AskedServer,
  type AttemptSettings,
  answerOnce,
  streamOnce,
  type UpstreamRequest,
} from './upstream-attempt.js'
import { UpstreamBases, type UpstreamState } from './upstream-bases.js'

/** One of the servers that answer the same. */
export interface UpstreamServer {
  /** Where its paths begin, such as `https://api.example.com/v1`. */
  readonly baseUrl: string
  /**
   * What the model is called there; takes the place of the body's `model`.
   * @defaultValue the body stays as it is
   */
  readonly model?: string
  /**
   * Goes into the `authorization` header; never into messages.
   * @defaultValue what `apiKeyVariable` holds
   */
  readonly apiKey?: string
  /**
   * Environment variable that holds the key.
   * @defaultValue none: no key is sent
   */
  readonly apiKeyVariable?: string
}

/** Options of {@link upstream}. */
export interface UpstreamOptions {
  /** Of several, the one that has the fewest of our requests is asked. */
  readonly servers: readonly UpstreamServer[]
  /**
   * Time for a connection, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 5000
   */
  readonly connectTimeoutMs?: number
  /**
   * Time until the first token, or until the whole of an answer that is not streamed, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 600000
   */
  readonly firstTokenTimeoutMs?: number
  /**
   * Time between two tokens, in milliseconds (1 to 2^31 − 1).
   * @defaultValue 120000
   */
  readonly idleTimeoutMs?: number
  /**
   * Further attempts while no token has come (0 to 10).
   * @defaultValue 2
   */
  readonly retries?: number
  /**
   * Wait before the second attempt at the same server, in milliseconds; each further one waits twice as long (1 to 60000).
   * @defaultValue 200
   */
  readonly firstDelayMs?: number
  /**
   * Longest wait between attempts; a server that asks for a longer one gets none, in milliseconds (0 to 600000).
   * @defaultValue 10000
   */
  readonly longestDelayMs?: number
  /**
   * Failures in a row after which a server is not asked for a while (1 to 1000).
   * @defaultValue 5
   */
  readonly failuresToOpen?: number
  /**
   * How long that while is at first, in milliseconds; it doubles up to a minute (1 to 60000).
   * @defaultValue 1000
   */
  readonly openMs?: number
  /**
   * Longest event of a stream, in characters (1024 to 2^28).
   * @defaultValue 1048576
   */
  readonly mostEventCharacters?: number
  /**
   * Largest answer that is not streamed, in bytes (1024 to 2^30).
   * @defaultValue 67108864
   */
  readonly mostAnswerBytes?: number
}

/** How one call is made. */
export interface UpstreamCallOptions {
  readonly signal?: AbortSignal
}

/** A client of servers that speak OpenAI's protocol. Disposal closes its connections. */
export interface Upstream extends Disposable {
  /**
   * The events of a streamed answer, as parsed JSON; the path is relative to the base URL. Another attempt is made only
   * while no token has come. Throws `ERR_ENGINE_LOST`, `ERR_BUDGET_EXCEEDED` (429), `ERR_OPTION_INVALID` (other 4xx),
   * `ERR_CONTEXT_FULL` or `ERR_ABORTED`, with the server's words.
   */
  stream(path: string, body: object, options?: UpstreamCallOptions): AsyncGenerator<unknown, void>
  /** An answer that comes as a whole. */
  post(path: string, body: object, options?: UpstreamCallOptions): Promise<unknown>
  get(path: string, options?: UpstreamCallOptions): Promise<unknown>
  /** How each server does. */
  readonly states: readonly UpstreamState[]
}

const longestOpenMs = 60_000

/** Asks servers that speak OpenAI's protocol. */
export function upstream(options: UpstreamOptions): Upstream {
  const { retries = 2, firstDelayMs = 200, longestDelayMs = 10_000, failuresToOpen = 5, openMs = 1_000 } = options
  assertInteger('retries', retries, { min: 0, max: 10 })
  assertInteger('firstDelayMs', firstDelayMs, { min: 1, max: 60_000 })
  assertInteger('longestDelayMs', longestDelayMs, { min: 0, max: 600_000 })
  assertInteger('failuresToOpen', failuresToOpen, { min: 1, max: 1_000 })
  assertInteger('openMs', openMs, { min: 1, max: longestOpenMs })
  const servers = serversOf(options)
  const settings = settingsOf(options, servers)
  const bases = new UpstreamBases([...servers.keys()], { failures: failuresToOpen, openMs, longestOpenMs })
  const attempts = (attempt: typeof answerOnce, request: UpstreamRequest): AsyncGenerator<unknown, void> =>
    retried(bases, { retries, firstDelayMs, longestDelayMs, signal: request.signal }, (url) =>
      attempt(servers.get(url) ?? { url }, request, settings),
    )

  async function answer(request: UpstreamRequest): Promise<unknown> {
    for await (const value of attempts(answerOnce, request)) return value
    return undefined
  }

  return {
    stream: (path, body, { signal } = {}) => attempts(streamOnce, { path, body, signal }),
    post: (path, body, { signal } = {}) => answer({ path, body, signal }),
    get: (path, { signal } = {}) => answer({ path, signal }),
    get states() {
      return bases.states
    },
    [Symbol.dispose]: () => settings.agents[Symbol.dispose](),
  }
}

function settingsOf(options: UpstreamOptions, servers: ReadonlyMap<string, AskedServer>): AttemptSettings {
  const { connectTimeoutMs = 5_000, firstTokenTimeoutMs = 600_000, idleTimeoutMs = 120_000 } = options
  const { mostEventCharacters = 2 ** 20, mostAnswerBytes = 2 ** 26 } = options
  for (const [name, value] of Object.entries({ connectTimeoutMs, firstTokenTimeoutMs, idleTimeoutMs })) {
    assertInteger(name, value, { min: 1, max: 2 ** 31 - 1 })
  }
  assertInteger('mostEventCharacters', mostEventCharacters, { min: 1_024, max: 2 ** 28 })
  assertInteger('mostAnswerBytes', mostAnswerBytes, { min: 1_024, max: 2 ** 30 })
  return {
    agents: httpAgents(),
    redact: redactor([...servers.values()].flatMap(({ apiKey }) => apiKey ?? [])),
    ...{ connectTimeoutMs, firstTokenTimeoutMs, idleTimeoutMs, mostEventCharacters, mostAnswerBytes },
  }
}

/** The servers by their addresses. */
function serversOf({ servers }: UpstreamOptions): ReadonlyMap<string, AskedServer> {
  if (servers.length === 0) throw new SpeculationError('ERR_OPTION_INVALID', 'servers must name one, got none')
  return new Map(
    servers.map((server, index) => {
      const url = baseUrlOf(server, index)
      const apiKey = apiKeyOf(server)
      const { model } = server
      return [url, { url, ...(apiKey !== undefined && { apiKey }), ...(model !== undefined && { model }) }] as const
    }),
  )
}

function baseUrlOf({ baseUrl }: UpstreamServer, index: number): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const isBare = url !== undefined && url.username + url.password + url.search + url.hash === ''
  if (isBare && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  // Not the text: it may hold a password.
  const form = 'an http or https URL without user, password, query and fragment'
  throw new SpeculationError('ERR_OPTION_INVALID', `baseUrl of server ${index + 1} must be ${form}`)
}

function apiKeyOf({ apiKey, apiKeyVariable }: UpstreamServer): string | undefined {
  const key = apiKey ?? (apiKeyVariable === undefined ? undefined : process.env[apiKeyVariable])
  if (key === undefined) {
    if (apiKeyVariable === undefined) return undefined
    const message = `the environment has no ${apiKeyVariable}: it must hold the API key`
    throw new SpeculationError('ERR_OPTION_INVALID', message)
  }
  // What a header cannot hold would be named, with the key, by the error that refuses it.
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new SpeculationError('ERR_OPTION_INVALID', 'an API key must be of visible ASCII characters, without a space')
}
