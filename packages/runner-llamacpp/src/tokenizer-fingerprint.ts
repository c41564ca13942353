import { createHash } from 'node:crypto'
import type { GgufHeader } from './gguf-header.js'

const space = 'tokenizer.ggml.'
/** What decides which tokens a text becomes, and which text tokens are. */
const arrays: ReadonlySet<string> = new Set(['tokens', 'token_type', 'scores', 'merges'].map((name) => space + name))
const texts: ReadonlySet<string> = new Set(['model', 'pre'].map((name) => space + name))

/** Whether an array of the metadata is part of the vocabulary. */
export function isVocabularyArray(key: string): boolean {
  return arrays.has(key)
}

/**
 * SHA-256 over kind, tokens, types, scores, merges and special ids of a vocabulary, whatever their order in the file.
 * How a prompt begins (a BOS token or not) and the chat template are no part of it.
 */
export function tokenizerFingerprint({
  metadata,
  vocabularyDigests,
}: Pick<GgufHeader, 'metadata' | 'vocabularyDigests'>): string {
  const parts: (readonly [key: string, value: string])[] = [...vocabularyDigests]
  for (const [key, value] of metadata) {
    const isSpecialId = key.startsWith(space) && key.endsWith('_token_id')
    if ((isSpecialId || texts.has(key)) && typeof value !== 'object') parts.push([key, String(value)])
  }
  parts.sort(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
