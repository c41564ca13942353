import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a server does instead of answering. */
export type HttpFault = 'busy' | 'broken' | 'cut' | 'nonsense' | 'stalled' | 'refused'

/** A chat request as it arrived. */
export interface ChatRequest {
  readonly authorization: string | undefined
  readonly body: {
    readonly model: string
    readonly messages: readonly { readonly role: string; readonly content: unknown }[]
    readonly tools?: unknown
  }
}

/** A call of a function. */
export interface HttpCall {
  readonly name: string
  readonly arguments: string
}

/** Options of {@link httpModel}. */
export interface HttpModelOptions {
  /** What the model says to the last message: a text, or the call of a function. */
  readonly answer: (question: string, request: ChatRequest) => string | HttpCall
  /**
   * How many tokens a prompt has.
   * @defaultValue 9
   */
  readonly promptTokens?: (request: ChatRequest) => number
  /**
   * What goes wrong, request by request, before all is well.
   * @defaultValue nothing
   */
  readonly faults?: readonly HttpFault[]
}

/** An OpenAI-compatible server on a free port of this machine. */
export interface HttpModel extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: readonly ChatRequest[]
  /** Resolves when a stalled answer has sent its first words. */
  readonly stalled: Promise<void>
}

/** Starts a server whose model follows a script. */
export async function httpModel({ answer, promptTokens = () => 9, faults = [] }: HttpModelOptions): Promise<HttpModel> {
  const requests: ChatRequest[] = []
  let onStall = (): void => {}
  const stalled = new Promise<void>((resolve) => {
    onStall = resolve
  })
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'small', created: requests.length, meta: { n_params: 7 } }] }))
      return
    }
    const asked: ChatRequest = { authorization: request.headers.authorization, body: JSON.parse(text) }
    const fault = faults[requests.length]
    requests.push(asked)
    const said = answer(questionOf(asked), asked)
    if (fault !== undefined) misbehave(response, fault, onStall)
    else response.end(`${event({ delta: delta(said) })}${ending(said, promptTokens(asked))}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    stalled,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

function questionOf({ body }: ChatRequest): string {
  const content = body.messages.at(-1)?.content
  return typeof content === 'string' ? content : JSON.stringify(content)
}

function misbehave(response: ServerResponse, fault: HttpFault, onStall: () => void): void {
  const half = event({ delta: { content: 'It is' } })
  if (fault === 'busy') response.writeHead(429, { 'retry-after': '3' }).end('{"error": {"message": "busy"}}')
  else if (fault === 'broken') response.writeHead(500).end('oops')
  else if (fault === 'refused') response.writeHead(401).end('{"error": {"message": "no such key"}}')
  else if (fault === 'nonsense') response.end('data: {"id": nonsense\n\n')
  else if (fault === 'cut') response.write(half, () => response.destroy())
  else response.write(half, onStall)
}

function event(choice: object, usage?: object): string {
  return `data: ${JSON.stringify({ id: 'x', model: 'small', created: 0, choices: [{ index: 0, ...choice }], usage })}\n\n`
}

function delta(said: string | HttpCall): object {
  if (typeof said === 'string') return { content: said }
  return { tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: said }] }
}

function ending(said: string | HttpCall, promptTokens: number): string {
  const choice = { delta: {}, finish_reason: typeof said === 'string' ? 'stop' : 'tool_calls' }
  return `${event(choice, { prompt_tokens: promptTokens, completion_tokens: 2 })}data: [DONE]\n\n`
}
