import { createParser } from 'eventsource-parser'
import { type ChatChunk, chatChunk } from './chat-chunk.js'

/** Turns the bytes of a stream into chunks, however they were cut on the way. */
export interface ChunkDecoder {
  /** The chunks that became complete with these bytes. */
  push(bytes: Uint8Array): readonly ChatChunk[]
}

/** Decodes a stream of server-sent events; characters and events may be cut anywhere. */
export function chunkDecoder(): ChunkDecoder {
  const decoder = new TextDecoder()
  let complete: ChatChunk[] = []
  const parser = createParser({ onEvent: ({ data }) => complete.push(chatChunk(data)) })
  return {
    push(bytes) {
      complete = []
      parser.feed(decoder.decode(bytes, { stream: true }))
      return complete
    },
  }
}
