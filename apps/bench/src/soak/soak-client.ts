import type { ServedProgram } from './served-program.js'

/** One request of a client. */
export interface SoakRequest {
  readonly prompt: string
  readonly maxTokens: number
  /** Plain decoding. */
  readonly off: boolean
  /** Cuts off after so many pieces; absent: reads to the end. */
  readonly cutAfter?: number
}

/** What a client got. */
export interface SoakAnswer {
  readonly text: string
  readonly isWhole: boolean
  /** Why there is no whole answer; absent where there is, or where the client cut off itself. */
  readonly failure?: string
}

/** Asks for a streamed answer, as clients do. */
export async function askStreamed(server: ServedProgram, request: SoakRequest): Promise<SoakAnswer> {
  const leaving = new AbortController()
  let text = ''
  let pieces = 0
  try {
    const response = await post(server, request, leaving.signal)
    if (!response.ok || response.body === null)
      return { text, isWhole: false, failure: `${response.status} ${await response.text()}` }
    for await (const event of serverEvents(response.body)) {
      if (event === '[DONE]') return { text, isWhole: true }
      const { choices, error } = JSON.parse(event) as Chunk
      if (error !== undefined) return { text, isWhole: false, failure: error.message }
      text += choices?.[0]?.text ?? ''
      if (++pieces === request.cutAfter) leaving.abort()
    }
    return { text, isWhole: false, failure: 'the stream ended without [DONE]' }
  } catch (error) {
    if (leaving.signal.aborted) return { text, isWhole: false }
    return { text, isWhole: false, failure: error instanceof Error ? error.message : String(error) }
  }
}

function post(server: ServedProgram, request: SoakRequest, signal: AbortSignal): Promise<Response> {
  const { prompt, maxTokens, off } = request
  return fetch(`${server.url}/v1/completions`, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: server.model, prompt, max_tokens: maxTokens, temperature: 0, stream: true },
      ...(off && { speculation: { off } }),
    }),
  })
}

interface Chunk {
  readonly choices?: readonly { readonly text?: string }[]
  readonly error?: { readonly message: string }
}

/** The data of a server's events. */
async function* serverEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) if (event.startsWith('data: ')) yield event.slice('data: '.length)
  }
}
