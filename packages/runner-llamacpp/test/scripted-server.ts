import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a scripted server does with one request. */
export type Reply = (response: ServerResponse, request: ScriptedRequest) => unknown

/** A request as it came. */
export interface ScriptedRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
  /** Resolves when the client has gone. */
  readonly closed: Promise<unknown>
}

/** An HTTP server of the loopback interface that answers as a test says: the n-th request by the n-th reply, then the last. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
}

/** Starts one. */
export async function scriptedServer(...replies: readonly Reply[]): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const closed = once(response, 'close')
    const sent = await text(incoming)
    const body = sent === '' ? undefined : JSON.parse(sent)
    const request = { url: incoming.url ?? '', headers: incoming.headers, body, closed }
    const reply = replies[Math.min(requests.length, replies.length - 1)]
    requests.push(request)
    await reply?.(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** A chunk with a piece of text. */
export function textChunk(content: string): object {
  return { choices: [{ index: 0, delta: { content }, finish_reason: null }] }
}

/** The chunk that says why the answer ends. */
export function lastChunk(reason = 'stop'): object {
  return { choices: [{ index: 0, delta: {}, finish_reason: reason }] }
}

/** Sends the head of a stream and these events. */
export function sendEvents(response: ServerResponse, events: readonly (object | string)[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
}

/** A whole stream that says these words. */
export function says(...words: readonly string[]): Reply {
  return (response) => {
    sendEvents(response, [
      { choices: [{ delta: { role: 'assistant' } }] },
      ...words.map(textChunk),
      lastChunk(),
      '[DONE]',
    ])
    response.end()
  }
}

/** A refusal. */
export function refuses(status: number, body: object | string, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
}
