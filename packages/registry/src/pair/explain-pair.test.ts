import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspect } from '../facts/inspect.js'
import type { ModelFacts } from '../facts/model-facts.js'
import type { VocabularyFacts } from '../facts/vocabulary-facts.js'
import { explainPair } from './explain-pair.js'
import { findDrafts } from './find-drafts.js'

let target: ModelFacts
let draft: ModelFacts

beforeAll(async () => {
  target = await inspect(fixtureModels.base.f16)
  draft = await inspect(fixtureModels.draft.q8_0)
})

function changed(facts: ModelFacts, change: Partial<VocabularyFacts>): ModelFacts {
  return { ...facts, vocabulary: { ...(facts.vocabulary as VocabularyFacts), fingerprint: 'another', ...change } }
}

describe('explainPair', () => {
  it('says what a fitting draft costs', () => {
    const verdict = explainPair(target, draft)
    expect(verdict).toMatchObject({ compatible: true, reasons: [], sameTokenizer: true, notes: [] })
    expect(verdict.costRate).toBeCloseTo(0.18, 1)
    expect(verdict.breakEven.map(({ draftTokens }) => draftTokens)).toEqual([1, 2, 4, 8, 16])
  })

  it('gives every reason, each with both values and a cure', () => {
    const other = changed(draft, {
      ...{ type: 'spm', addBos: true, addEos: true, size: 4000 },
      bytesOf: (token) => (token === 7 ? Buffer.from('seven') : (draft.vocabulary?.bytesOf(token) ?? Buffer.alloc(0))),
    })
    const { compatible, reasons, firstDifference, notes } = explainPair(target, other)
    expect(compatible).toBe(false)
    expect(reasons.map(({ rule }) => rule)).toEqual(['type', 'bos', 'eos', 'token'])
    expect(reasons[0]?.message).toBe("the target's vocabulary is of type bpe, the draft's of type spm")
    expect(reasons[1]?.cure).toContain('start llama-server with --override-kv tokenizer.ggml.add_bos_token=bool:false,')
    expect(reasons[3]?.message).toMatch(/^token 7 is .* in the target and "seven" in the draft \(1 of 4000 /)
    expect(firstDifference).toMatchObject({ token: 7, draftText: '"seven"', differingTokens: 1, commonTokens: 4000 })
    for (const { cure } of reasons) expect(cure).not.toBe('')
    expect(notes).toEqual([])
  })

  it('names the ids where prompts begin otherwise', () => {
    const { reasons } = explainPair(changed(target, { addBos: true, bos: 3 }), changed(draft, { addBos: true, bos: 9 }))
    expect(reasons).toMatchObject([{ rule: 'bos', cure: expect.stringContaining('tokenizer.ggml.bos_token_id=int:3') }])
    expect(reasons[0]?.message).toMatch(/^BOS is 3 \(".*"\) in the target and 9 \(".*"\) in the draft$/)
  })

  it('refuses what is no model of text, and says how draft heads are used', () => {
    const draftHeads = [{ kind: 'eagle3', layers: 1 }] as const
    const head = explainPair(target, { ...draft, kind: 'draft-head', architecture: 'eagle3', draftHeads })
    expect(head.reasons).toMatchObject([{ rule: 'kind', message: 'the draft (eagle3) is a draft head' }])
    expect(head.reasons[0]?.cure).toContain('--spec-type draft-eagle3 and')
    const { vocabulary: _left, ...mute } = draft
    expect(explainPair(target, mute)).toMatchObject({ compatible: false, reasons: [{ rule: 'kind' }] })
    const empty = changed(draft, { type: 'none', size: 0 })
    expect(explainPair(empty, empty).reasons).toMatchObject([{ rule: 'kind' }, { rule: 'kind' }])
  })

  it('notes what the rules do not cover', () => {
    expect(explainPair(target, changed(draft, {})).notes[0]).toContain('llama.cpp takes the pair')
    expect(explainPair(draft, target).notes[0]).toContain('cannot make it faster')
    expect(explainPair(target, target).notes[0]).toMatch(/^the draft reads as much as the target/)
    expect(explainPair({ ...target, contextTokens: 8192 }, draft).notes[0]).toContain('2048 tokens')
  })
})

describe('findDrafts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-drafts-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('ranks what lies in a folder, and says what it could not read', async () => {
    mkdirSync(join(folder, 'more'))
    for (const { f16, q8_0 } of [fixtureModels.base, fixtureModels.draft]) {
      cpSync(f16, join(folder, basename(f16)))
      cpSync(q8_0, join(folder, 'more', basename(q8_0)))
    }
    writeFileSync(join(folder, 'damaged.gguf'), 'no model')
    writeFileSync(join(folder, 'big-00002-of-00002.gguf'), 'is read with its first part')
    const found = await findDrafts(await inspect(join(folder, basename(fixtureModels.base.f16))), folder)
    expect(found.drafts.map(({ path }) => basename(path))).toEqual([
      basename(fixtureModels.draft.q8_0),
      basename(fixtureModels.draft.f16),
      basename(fixtureModels.base.q8_0),
    ])
    expect([found.leftOut, found.cure]).toEqual([[], undefined])
    expect(found.unreadable).toMatchObject([{ path: join(folder, 'damaged.gguf') }])
    await expect(findDrafts(target, join(folder, 'none'))).rejects.toThrow('cannot read the folder')
  })
})
