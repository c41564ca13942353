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
export function exchange(call: HttpCall): Promise<IncomingMessage> {
  const { url, headers, body, connectTimeoutMs, agents, signal } = call
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
      agent: isSecure ? agents.https : agents.http,
      signal,
    })
    const late = (): void => void request.destroy(new Error(`no connection within ${connectTimeoutMs / 1000} s`))
    const timer = setTimeout(late, connectTimeoutMs)
    const connected = (): void => clearTimeout(timer)
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', connected)
      else connected()
    })
    request.once('close', connected)
    request.once('response', resolve)
    request.on('error', reject)
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
