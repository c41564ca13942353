import type { TokenId } from '@foretoken/contract'
import type { TextDecoderSession } from './model-types.js'

/** Decodes tokens whose bytes are `bytesOf` them; linear in the bytes. */
export function tokenDecoder(bytesOf: (token: TokenId) => Uint8Array): TextDecoderSession {
  // U+FEFF at the beginning is text like any other.
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    push(tokens) {
      let text = ''
      for (const token of tokens) text += utf8.decode(bytesOf(token), { stream: true })
      return text
    },
    end: () => utf8.decode(),
  }
}
