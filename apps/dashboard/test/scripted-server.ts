import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { sampleRequest, sampleState, sampleTrace } from './sample-state.js'
import type { ScriptedStep } from './scripted-steps.js'

/** What the scripted server answers to a prompt. */
export type Script =
  /** Steps as a drafting engine sends them. */
  | { readonly kind: 'steps'; readonly steps: readonly ScriptedStep[]; readonly stepMs: number; readonly cut?: boolean }
  /** Text alone, as of a remote server. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failure'; readonly status: number; readonly message: string; readonly code: string }

/** A server of the page for what a real one does not do at will. */
export interface ScriptedServer extends AsyncDisposable {
  readonly address: string
  /** Bodies of the requests for answers, oldest first. */
  readonly asked: readonly unknown[]
  /** How many answers were left by their client. */
  readonly left: () => number
}

/** What `foretoken serve` sends with the page. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

const fixedAnswers: Readonly<Record<string, unknown>> = {
  '/v1/models': { data: sampleState.models },
  '/api/state': sampleState,
  '/api/requests': { requests: [sampleRequest] },
  [`/api/requests/${sampleRequest.id}`]: sampleTrace,
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

/** Serves the built page, and answers as the script of the last message says. With a key, nothing is answered without. */
export async function scriptedServer(
  page: string,
  scripts: (prompt: string) => Script,
  key?: string,
): Promise<ScriptedServer> {
  const asked: unknown[] = []
  let left = 0
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableEnded) left++
    })
    answer(request, response).catch(() => response.destroy())
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!path.startsWith('/v1/') && !path.startsWith('/api/')) return sendFile(page, path, response)
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      return sendFailure(response, { status: 401, message: 'the key is not known', code: 'invalid_api_key' })
    }
    const fixed = fixedAnswers[path]
    if (fixed !== undefined) return sendJson(response, fixed)
    const body = (await json(request)) as { messages: readonly { content: string }[] }
    asked.push(body)
    const script = scripts(body.messages.at(-1)?.content ?? '')
    if (script.kind === 'failure') return sendFailure(response, script)
    await sendStream(response, script)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/`,
    asked,
    left: () => left,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function sendStream(response: ServerResponse, script: Exclude<Script, { kind: 'failure' }>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'scripted' })
  const send = (data: unknown): boolean => response.write(`data: ${JSON.stringify(data)}\n\n`)
  if (script.kind === 'text') send({ choices: [{ delta: { content: script.text } }] })
  else {
    for (const { step, pieces } of script.steps) {
      if (response.destroyed) return
      const content = pieces.map(({ text }) => text).join('')
      send({ choices: [{ delta: { content } }], speculation: { pieces, step } })
      await wait(script.stepMs)
    }
    if (script.cut) {
      // What was sent in the same moment would be lost with the connection.
      await wait(300)
      return void response.destroy()
    }
  }
  send({ choices: [{ delta: {}, finish_reason: 'stop' }], speculation: { seed: 7, route: { escalatedFrom: [] } } })
  send({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 9 } })
  response.end('data: [DONE]\n\n')
}

function sendFailure(response: ServerResponse, failure: Omit<Extract<Script, { kind: 'failure' }>, 'kind'>): void {
  const { status, message, code } = failure
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '3' })
  response.end(JSON.stringify({ error: { message, type: 'error', code, param: null } }))
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const body = await readFile(join(folder, path === '/' ? 'index.html' : path)).catch(() => undefined)
  const type = mediaTypes[extname(path === '/' ? 'index.html' : path)] ?? 'text/plain'
  response.writeHead(body ? 200 : 404, { ...pageHeaders, 'content-type': type })
  response.end(body)
}
