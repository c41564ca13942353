import { expect, test } from 'vitest'
import type { GgufValue } from '../gguf/gguf-header.js'
import { tokenizerFingerprint } from './tokenizer-fingerprint.js'

const key = (name: string) => `tokenizer.ggml.${name}`
const list = (digest: string): GgufValue => ({ items: 3, digest: () => digest })
const metadata: readonly (readonly [string, GgufValue])[] = [
  [key('model'), 'gpt2'],
  [key('pre'), 'qwen2'],
  [key('tokens'), list('aa')],
  [key('merges'), list('bb')],
  [key('eos_token_id'), 2],
  ['general.name', 'one'],
]
const fingerprint = (entries = metadata) => tokenizerFingerprint(new Map(entries))

test('a fingerprint is of the vocabulary, not of its order in the file or of anything else', () => {
  expect(fingerprint(metadata.toReversed())).toBe(fingerprint())
  expect(fingerprint([...metadata.slice(0, -1), ['general.name', 'other'], [key('add_bos_token'), true]])).toBe(
    fingerprint(),
  )
  expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/)
})

test('a fingerprint changes with kind, splitting, tokens, merges and special ids', () => {
  const changed = [
    ...[0, 1, 4].map((at) => fingerprint(metadata.with(at, [metadata[at]?.[0] ?? '', 'changed']))),
    ...[2, 3].map((at) => fingerprint(metadata.with(at, [metadata[at]?.[0] ?? '', list('cc')]))),
    fingerprint(metadata.toSpliced(3, 1)),
    fingerprint([...metadata, [key('bos_token_id'), 1]]),
  ]
  expect(new Set([...changed, fingerprint()]).size).toBe(changed.length + 1)
})
