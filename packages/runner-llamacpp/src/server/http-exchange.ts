import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'

/** One HTTP request. */
export interface HttpCall {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** JSON; its absence makes the request a GET. */
  readonly body?: string
  readonly connectTimeoutMs: number
  readonly agents: HttpAgents
  readonly signal: AbortSignal
}

/** Open connections that are used again. */
export interface HttpAgents extends Disposable {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/** Agents without a limit of their own on requests at once. */
export function httpAgents(): HttpAgents {
  const http = new HttpAgent({ keepAlive: true })
  const https = new HttpsAgent({ keepAlive: true })
  return {
    http,
    https,
    [Symbol.dispose]() {
      http.destroy()
      https.destroy()
    },
  }
}

/**
 * Sends a request and resolves with the answer's head. Not `fetch`: that one ends what is silent for five minutes, and a long
 * prompt takes longer; and it does not tell a slow connection from a slow answer.
 */
export async function exchange(call: HttpCall): Promise<IncomingMessage> {
  const { agents, url } = call
  try {
    return await attempt(call, url.protocol === 'https:' ? agents.https : agents.http)
  } catch (error) {
    if (!(error instanceof StaleConnection) || call.signal.aborted) throw error
    return await attempt(call, false)
  }
}

/** The server was closing an open connection just when it was used again: neither it nor the request is at fault. */
class StaleConnection extends Error {}

function attempt(call: HttpCall, agent: HttpAgent | HttpsAgent | false): Promise<IncomingMessage> {
  const { url, headers, body, connectTimeoutMs, signal } = call
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const send = isSecure ? requestHttps : requestHttp
    const request = send(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        ...headers,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
      },
      agent,
    })
    // Not Node's own `signal`: it destroys with an error, which nobody hears where the answer is complete but not yet read.
    const cancel = (): void => void request.destroy()
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    const late = (): void => void request.destroy(new Error(`no connection within ${connectTimeoutMs / 1000} s`))
    const timer = setTimeout(late, connectTimeoutMs)
    const connected = (): void => clearTimeout(timer)
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', connected)
      else connected()
    })
    request.once('close', () => {
      connected()
      signal.removeEventListener('abort', cancel)
    })
    request.once('response', (response) => {
      // Whoever reads it hears of its end; an end that comes while nobody reads is no fault of the program.
      response.on('error', () => {})
      resolve(response)
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error)
    })
    request.end(body)
  })
}

/** Reads a body as text, at most this long. */
export async function readText(response: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += part.byteLength
    if (bytes > mostBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
