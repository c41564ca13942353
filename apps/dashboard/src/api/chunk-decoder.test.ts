import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChatChunk, chatChunk } from './chat-chunk.js'
import { type ChunkDecoder, chunkDecoder } from './chunk-decoder.js'

/** What a server sends: events of one line of JSON, comments between them, and either end of line. */
const events = fc.array(
  fc.record({
    text: fc.string({ unit: 'binary' }),
    drafter: fc.constantFrom('', 'lookup', 'suffix'),
    comment: fc.boolean(),
    newline: fc.constantFrom('\n', '\r\n'),
  }),
  { maxLength: 12 },
)
const cuts = fc.array(fc.nat(), { maxLength: 40 })

function wire(sent: readonly { text: string; drafter: string; comment: boolean; newline: string }[]): Uint8Array {
  const text = sent.map(({ text, drafter, comment, newline }) => {
    const data = JSON.stringify({ speculation: { pieces: [{ text, drafter }] } })
    return `${comment ? `: waits${newline}${newline}` : ''}data: ${data}${newline}${newline}`
  })
  return new TextEncoder().encode(`${text.join('')}data: [DONE]\n\n`)
}

/** The bytes in pieces that end at these places. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

function decoded(decoder: ChunkDecoder, pieces: readonly Uint8Array[]): ChatChunk[] {
  return pieces.flatMap((piece) => [...decoder.push(piece)])
}

describe('chunkDecoder', () => {
  const sameHoweverCut = (create: () => ChunkDecoder): void =>
    fc.assert(
      fc.property(events, cuts, (sent, places) => {
        const bytes = wire(sent)
        const texts = sent.map(({ text, drafter }) => ({ pieces: [{ text: wellFormed(text), drafter }] }))
        expect(decoded(create(), cutAt(bytes, places))).toEqual([...texts, { pieces: [], isEnd: true }])
      }),
    )

  it('finds the same chunks however the bytes are cut', () => sameHoweverCut(chunkDecoder))

  it('would be caught if it took each piece for whole lines', () => {
    const offender = (): ChunkDecoder => ({
      push: (bytes) =>
        new TextDecoder()
          .decode(bytes)
          .split(/\r?\n/)
          .flatMap((line) => (line.startsWith('data: ') ? [chatChunk(line.slice(6))] : [])),
    })
    expect(() => sameHoweverCut(offender)).toThrow()
  })
})

/** What is no Unicode text cannot be sent as such. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}
