import { fixtureModels } from '@foretoken/fixtures'
import { describe, expect, it } from 'vitest'
import type { GgufValue } from './gguf-header.js'
import { planModel } from './model-plan.js'
import { tokenizerFingerprint } from './tokenizer-fingerprint.js'

const key = (name: string) => `tokenizer.ggml.${name}`
const metadata: readonly (readonly [string, GgufValue])[] = [
  [key('model'), 'gpt2'],
  [key('pre'), 'qwen2'],
  [key('tokens'), { items: 3 }],
  [key('eos_token_id'), 2],
  ['general.name', 'one'],
]
const digests: readonly (readonly [string, string])[] = [
  [key('tokens'), 'aa'],
  [key('merges'), 'bb'],
]
const fingerprint = (entries = metadata, arrays = digests) =>
  tokenizerFingerprint({ metadata: new Map(entries), vocabularyDigests: new Map(arrays) })

describe('the fingerprint of a vocabulary', () => {
  it('is of its contents, not of their order or of anything else', () => {
    expect(fingerprint(metadata.toReversed(), digests.toReversed())).toBe(fingerprint())
    expect(fingerprint([...metadata.slice(0, -1), ['general.name', 'other'], [key('add_bos_token'), true]])).toBe(
      fingerprint(),
    )
    expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/)
  })

  it('changes with kind, splitting, tokens, merges and special ids', () => {
    const changed = [
      ...[0, 1, 3].map((at) => fingerprint(metadata.with(at, [metadata[at]?.[0] ?? '', 'changed']))),
      ...[0, 1].map((at) => fingerprint(metadata, digests.with(at, [digests[at]?.[0] ?? '', 'cc']))),
      fingerprint(metadata, digests.slice(0, 1)),
      fingerprint([...metadata, [key('bos_token_id'), 1]]),
    ]
    expect(new Set([...changed, fingerprint()]).size).toBe(changed.length + 1)
  })

  it('is one of all fixtures, which share a tokenizer, and another where a special token is replaced', async () => {
    const plans = await Promise.all(Object.values(fixtureModels).map(({ q8_0 }) => planModel(q8_0, {})))
    const [first, ...others] = plans.map((plan) => plan.tokenizerFingerprint)
    for (const other of others) expect(other).toBe(first)
    const overrides = { metadataOverrides: { tokenizer: { 'ggml.eos_token_id': 4093 } } }
    expect((await planModel(fixtureModels.base.q8_0, overrides)).tokenizerFingerprint).not.toBe(first)
  })
})
