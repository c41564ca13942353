import type { ChatChunk } from './chat-chunk.js'
import { chunkDecoder } from './chunk-decoder.js'
import { unreachable } from './failure.js'
import { fetchApi } from './fetch-api.js'
import { ServerError } from './server-error.js'

/** A streamed answer. */
export interface ChatStream {
  /** What the server calls the request; its trace is found under it. */
  readonly requestId: string
  readonly chunks: AsyncIterable<readonly ChatChunk[]>
}

/** Asks for an answer. Aborting the signal ends it, here and at the server. */
export async function streamChat(body: unknown, key: string, signal: AbortSignal): Promise<ChatStream> {
  const response = await fetchApi('v1/chat/completions', { key, signal, body })
  if (response.body === null) throw new ServerError(unreachable)
  return { requestId: response.headers.get('x-request-id') ?? '', chunks: chunksOf(response.body, signal) }
}

async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<readonly ChatChunk[]> {
  const decoder = chunkDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const chunks = decoder.push(value)
      if (chunks.length > 0) yield chunks
    }
  } catch (error) {
    // A connection that breaks is told by the missing end.
    if (signal.aborted) throw error
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
