import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type VocabularyFacts, vocabularyFacts } from '../../src/facts/vocabulary-facts.js'
import { readHeader } from '../../src/gguf/read-header.js'
import { explainVocabularies } from '../../src/pair/explain-vocabularies.js'
import { u32, u64 } from '../little-endian.js'
import { type HeaderPair, headerBytes, textPair, uint32Pair } from '../made-header.js'
import { type EngineSource, engineSource, findCompiler } from './engine-source.js'
import { readPairs } from './header-pairs.js'
import { type PairOracle, pairOracle } from './pair-oracle.js'

interface Made {
  readonly path: string
  readonly facts: VocabularyFacts | undefined
}

const compiler = findCompiler()
const key = (name: string) => `tokenizer.ggml.${name}`
const addsBos = (adds: boolean): HeaderPair => ({
  key: key('add_bos_token'),
  bytes: Buffer.concat([u32(7), Buffer.of(Number(adds))]),
})

// What a file leaves out llama.cpp fills in, by model and pre-tokeniser.
describe.skipIf(compiler === undefined)('a vocabulary that says nothing of BOS and EOS, against llama.cpp', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-defaults-'))
  let engine: EngineSource
  let oracle: PairOracle
  let common: readonly HeaderPair[] = []
  let references: readonly Made[] = []

  beforeAll(async () => {
    engine = engineSource(folder, compiler ?? '')
    oracle = pairOracle(engine)
    const [first = ''] = oracle.vocabularies
    common = readPairs(readFileSync(first)).filter((pair) => !pair.key.startsWith('tokenizer.'))
    references = await Promise.all(
      [true, false].map((adds) => make(`adds ${adds}`, [textPair(key('model'), 'gpt2'), addsBos(adds)])),
    )
  })
  afterAll(async () => {
    await oracle?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  async function make(name: string, pairs: readonly HeaderPair[]): Promise<Made> {
    const path = join(folder, `${name}.gguf`)
    writeFileSync(path, headerBytes([...common, ...lists, ...pairs]))
    return { path, facts: vocabularyFacts((await readHeader(path)).header.metadata) }
  }

  /** How many of the references could be judged, and where the judgements differ. */
  async function compare(name: string, pairs: readonly HeaderPair[]) {
    const made = await make('made', pairs)
    const faults: unknown[] = []
    let judged = 0
    for (const reference of references) {
      const theirs = await oracle.judge(made.path, reference.path)
      if (theirs === undefined || made.facts === undefined || reference.facts === undefined) continue
      judged++
      const ours = explainVocabularies({ target: made.facts, draft: reference.facts }).reasons.map(({ rule }) => rule)
      if (JSON.stringify(ours) !== JSON.stringify(theirs.rules)) faults.push({ name, ours, theirs: theirs.rules })
    }
    await oracle.forget(made.path)
    return { faults, judged }
  }

  test('agrees for every pre-tokeniser that it knows', async () => {
    const source = engine.read('src/llama-vocab.cpp')
    const names = new Set(Array.from(source.matchAll(/tokenizer_pre == "([^"]+)"/g), ([, name = '']) => name))
    expect(names.size).toBeGreaterThan(80)
    for (const name of ['', ...names]) {
      const pre = name === '' ? [] : [textPair(key('pre'), name)]
      const found = await compare(name, [textPair(key('model'), 'gpt2'), ...pre])
      expect({ name, ...found }).toEqual({ name, faults: [], judged: 2 })
    }
  })

  test.each(['llama', 'bert', 'gpt2', 't5', 'rwkv', 'plamo2', 'gemma4', 'whitespace'])(
    'agrees for %s',
    async (name) => {
      const model = textPair(key('model'), name)
      for (const more of [[], [addsBos(true)], [addsBos(true), uint32Pair(key('bos_token_id'), 99_999)]])
        expect((await compare(name, [model, ...more])).faults).toEqual([])
    },
  )
})

const words = ['<unk>', '<s>', '</s>', '\n', '<0x0A>', '\u2581', '[UNK]', '[CLS]', '[SEP]']
for (let index = words.length; index < 200; index++) words.push(`word ${index}`)

const lists: readonly HeaderPair[] = [
  { key: key('tokens'), bytes: textList(words) },
  { key: key('merges'), bytes: textList(['a b']) },
  { key: key('scores'), bytes: Buffer.concat([u32(9), u32(6), u64(words.length), Buffer.alloc(4 * words.length)]) },
]

function textList(values: readonly string[]): Buffer {
  return Buffer.concat([
    ...[u32(9), u32(8), u64(values.length)],
    ...values.flatMap((value) => [u64(Buffer.byteLength(value)), Buffer.from(value)]),
  ])
}
