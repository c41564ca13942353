import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spellingOf, tokenBytes } from './token-bytes.js'
import { tokenDecoder } from './token-decoder.js'

const utf8 = new TextEncoder()

/** A vocabulary of byte strings, one for each way to cut these texts into tokens. */
const cutTexts = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }))
  .map(([text, lengths]) => {
    const bytes = utf8.encode(text)
    const tokens: Uint8Array[] = []
    for (let start = 0, index = 0; start < bytes.length; index++) {
      const end = start + (lengths[index % lengths.length] ?? 1)
      tokens.push(bytes.subarray(start, end))
      start = end
    }
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), tokens }
  })

const chunks = fc.array(fc.nat({ max: 4 }), { minLength: 1 })

/** Pushes all tokens in chunks of the given sizes. */
function decode(tokens: readonly Uint8Array[], sizes: readonly number[]): string[] {
  const decoder = tokenDecoder((token) => tokens[token] ?? expect.fail())
  const pieces: string[] = []
  for (let start = 0, index = 0; start < tokens.length; index++) {
    const size = Math.max(index % sizes.length === 0 ? 1 : 0, sizes[index % sizes.length] ?? 1)
    const end = Math.min(start + size, tokens.length)
    pieces.push(decoder.push(Int32Array.from({ length: end - start }, (_, offset) => start + offset)))
    start = end
  }
  pieces.push(decoder.end())
  return pieces
}

describe('token decoder', () => {
  it('gives the text back however tokens cut it and chunks bring it', async () => {
    await fc.assert(
      fc.asyncProperty(cutTexts, chunks, async ({ text, tokens }, sizes) => {
        expect(decode(tokens, sizes).join('')).toBe(text)
      }),
    )
  })

  it('never shows a part of a character', async () => {
    await fc.assert(
      fc.asyncProperty(cutTexts, async ({ text, tokens }) => {
        const invalid = text.includes('\uFFFD')
        for (const piece of decode(tokens, [1])) expect(invalid || !piece.includes('\uFFFD')).toBe(true)
      }),
    )
  })

  it('keeps a byte order mark, replaces broken bytes, and starts afresh after the end', () => {
    const tokens = [Uint8Array.of(0xef, 0xbb, 0xbf), Uint8Array.of(0xe2, 0x82), Uint8Array.of(0x41)]
    const decoder = tokenDecoder((token) => tokens[token] ?? expect.fail())
    expect(decoder.push(Int32Array.of(0, 1))).toBe('\uFEFF')
    expect(decoder.end()).toBe('\uFFFD')
    expect(decoder.push(Int32Array.of(0, 2))).toBe('\uFEFFA')
  })
})

describe('token bytes', () => {
  it.each([
    ['GPT-2 letters', { text: 'Ġé', kind: 'normal' }, 'byte-letters', [0x20, 0xe9]],
    [
      'the letters of control characters and of the soft hyphen',
      { text: 'ĀĊŃ', kind: 'normal' },
      'byte-letters',
      [0, 10, 0xad],
    ],
    ['letters outside the byte alphabet', { text: '€', kind: 'normal' }, 'byte-letters', [0xe2, 0x82, 0xac]],
    ['SentencePiece spaces', { text: '▁a', kind: 'normal' }, 'spaces', [0x20, 0x61]],
    ['byte tokens', { text: '<0xE9>', kind: 'byte' }, 'spaces', [0xe9]],
    ['added tokens', { text: 'Ġ▁', kind: 'plain' }, 'byte-letters', [...utf8.encode('Ġ▁')]],
    ['special tokens', { text: '<|im_end|>', kind: 'special' }, 'byte-letters', []],
  ] as const)('of %s', (_, entry, spelling, bytes) => {
    expect([...tokenBytes(entry, spelling)]).toEqual(bytes)
  })

  it('follow the tokenizer that the metadata name', () => {
    expect(spellingOf('gpt2', 'qwen2')).toBe('byte-letters')
    expect(spellingOf('gpt2', 'sarvam-moe')).toBe('spaces')
    expect(spellingOf('llama', 'default')).toBe('spaces')
  })
})
