import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a scripted server answers one request. */
export type ScriptedReply =
  | { readonly kind: 'answer'; readonly text: string; readonly pauseMs?: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly message?: string
    }
  /** Sends so much of a text, then closes the connection. */
  | { readonly kind: 'cut'; readonly text: string }
  /** Sends a text, then an end of the stream without a reason. */
  | { readonly kind: 'endless' | 'unfinished'; readonly text: string }
  | { readonly kind: 'garbage'; readonly text: string }

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Readonly<Record<string, unknown>>
}

/** An OpenAI-compatible server that follows a script; the last reply is given again and again. */
export interface ScriptedServer extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: readonly ArrivedRequest[]
  /** Resolves when the first characters of an endless reply were sent. */
  readonly started: Promise<void>
  /** Resolves when a client went away in the middle of an endless reply. */
  readonly left: Promise<void>
}

/** Starts the server on a free port of this machine. */
export async function scriptedServer(script: readonly ScriptedReply[]): Promise<ScriptedServer> {
  const requests: ArrivedRequest[] = []
  const started = signal()
  const left = signal()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const reply = script[Math.min(requests.length, script.length - 1)] as ScriptedReply
    requests.push({
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    })
    if (reply.kind === 'endless') response.once('close', left.resolve)
    await send(response, reply)
    if (reply.kind === 'endless') started.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    started: started.promise,
    left: left.promise,
    async [Symbol.asyncDispose]() {
      // First no new connections, then none at all: one that came in between would keep the server for half a minute.
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

async function send(response: ServerResponse, reply: ScriptedReply): Promise<void> {
  if (reply.kind === 'status') {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    const { message = `scripted ${reply.status}` } = reply
    response.end(JSON.stringify({ error: { message, type: 'scripted' } }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (reply.kind === 'garbage') {
    response.end(`data: ${reply.text}\n\n`)
    return
  }
  // Two characters at a time, so that the text arrives in many pieces.
  for (const piece of reply.text.match(/[\s\S]{1,2}/g) ?? []) {
    await written(response, event({ delta: { content: piece }, finish_reason: null }))
    if (reply.kind === 'answer' && reply.pauseMs !== undefined) await sleep(reply.pauseMs)
  }
  if (reply.kind === 'cut') response.destroy()
  if (reply.kind === 'unfinished') response.end('data: [DONE]\n\n')
  if (reply.kind !== 'answer') return
  response.write(event({ delta: {}, finish_reason: 'stop' }, { prompt_tokens: 100, completion_tokens: 20 }))
  response.end('data: [DONE]\n\n')
}

function written(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => resolve()))
}

function event(choice: object, usage?: object): string {
  return `data: ${JSON.stringify({ id: 'scripted', model: 'scripted', created: 0, choices: [{ index: 0, ...choice }], usage })}\n\n`
}
