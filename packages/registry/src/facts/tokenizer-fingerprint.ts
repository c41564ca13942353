import { createHash } from 'node:crypto'
import type { GgufMetadata } from '../gguf/gguf-header.js'

const space = 'tokenizer.ggml.'
/** What decides which tokens a text becomes, and which text tokens are. */
const arrays: ReadonlySet<string> = new Set(['tokens', 'token_type', 'scores', 'merges'])
const texts: ReadonlySet<string> = new Set(['model', 'pre'])

/**
 * SHA-256 over kind, tokens, types, scores, merges and special ids of a vocabulary, whatever their order in the file.
 * How a prompt begins (a BOS token or not) and the chat template are no part of it.
 */
export function tokenizerFingerprint(metadata: GgufMetadata): string {
  const parts: (readonly [key: string, value: string])[] = []
  for (const [key, value] of metadata) {
    if (!key.startsWith(space)) continue
    const name = key.slice(space.length)
    if (typeof value === 'object') {
      if (arrays.has(name)) parts.push([key, value.digest()])
    } else if (texts.has(name) || name.endsWith('_token_id')) parts.push([key, String(value)])
  }
  parts.sort(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
