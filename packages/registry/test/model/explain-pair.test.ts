import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type VocabularyFacts, vocabularyFacts } from '../../src/facts/vocabulary-facts.js'
import { readHeader } from '../../src/gguf/read-header.js'
import type { PairRule } from '../../src/index.js'
import { explainVocabularies } from '../../src/pair/explain-vocabularies.js'
import { engineSource, findCompiler } from './engine-source.js'
import { type PairOracle, pairOracle } from './pair-oracle.js'
import { mutantsOf } from './vocabulary-mutants.js'

/** A vocabulary on disk and what we read of it. */
interface Side {
  readonly name: string
  readonly path: string
  readonly facts: VocabularyFacts
}

interface MutantSide extends Side {
  readonly partner: string | undefined
}

const compiler = findCompiler()
const allRules: readonly PairRule[] = ['bos', 'eos', 'size', 'token', 'type']

describe.skipIf(compiler === undefined)('explainPair, against llama.cpp', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-pairs-'))
  let oracle: PairOracle
  let originals: readonly Side[] = []
  const asked = { all: 0, compatible: 0, notLoaded: [] as string[] }

  beforeAll(async () => {
    oracle = pairOracle(engineSource(folder, compiler ?? ''))
    originals = await Promise.all(
      oracle.vocabularies.map(async (path) => ({ name: basename(path), path, facts: await factsOf(path) })),
    )
  })
  afterAll(async () => {
    await oracle?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  /** What we and llama.cpp say about a pair, where that differs, and the rules that it breaks. */
  async function compare(target: Side, draft: Side): Promise<{ faults: unknown[]; rules: readonly PairRule[] }> {
    const name = `${target.name} / ${draft.name}`
    const theirs = await oracle.judge(target.path, draft.path)
    if (theirs === undefined) {
      asked.notLoaded.push(name)
      return { faults: [], rules: [] }
    }
    // A vocabulary fits itself: that is checked, too, and counts for nothing.
    if (target !== draft) {
      asked.all++
      if (theirs.verdict === '') asked.compatible++
    }
    const { reasons, firstDifference } = explainVocabularies({ target: target.facts, draft: draft.facts })
    const ours = {
      verdict: reasons[0]?.rule ?? '',
      rules: reasons.map(({ rule }) => rule),
      firstToken: firstDifference?.token ?? -1,
      differingTokens: firstDifference?.differingTokens ?? 0,
    }
    const agrees = JSON.stringify(ours) === JSON.stringify(theirs)
    return { faults: agrees ? [] : [{ name, ours, theirs }], rules: theirs.rules }
  }

  test('agrees on all pairs of its vocabularies', async () => {
    const faults: unknown[] = []
    for (const [index, target] of originals.entries())
      for (const draft of originals.slice(0, index)) faults.push(...(await compare(target, draft)).faults)
    expect(faults).toEqual([])
    expect(asked).toMatchObject({ all: 171, notLoaded: [] })
  })

  test('agrees on a mutant of each vocabulary for each rule, on either side', async () => {
    const faults: unknown[] = []
    for (const original of originals) {
      const seen = new Set<PairRule>()
      const sides = writeMutants(original, folder)
      for (const [one, other] of pairsOf(await Promise.all(sides))) {
        const found = await compare(one, other)
        faults.push(...found.faults.map((fault) => [original.name, fault]))
        for (const rule of found.rules) seen.add(rule)
      }
      expect([original.name, ...[...seen].sort()]).toEqual([original.name, ...allRules])
      for (const { path } of await Promise.all(sides)) await oracle.forget(path)
    }
    expect(faults).toEqual([])
    // llama.cpp ends its process over some of what a mutant says; that is no verdict on the pair.
    expect(asked.notLoaded.length / asked.all).toBeLessThan(0.02)
    expect(asked.compatible / asked.all).toBeGreaterThanOrEqual(0.5)
  })
})

async function factsOf(location: string | Uint8Array): Promise<VocabularyFacts> {
  const { header } = await readHeader(location)
  const found = vocabularyFacts(header.metadata)
  if (found === undefined) throw new Error('there is no vocabulary')
  return found
}

/** Each with itself, and both ways with the vocabulary as it is and with its partner. */
function pairsOf(sides: readonly MutantSide[]): (readonly [Side, Side])[] {
  return sides.flatMap((mutant, index) => {
    const others = sides.filter(({ name }, other) => (other === 0 && index > 0) || name === mutant.partner)
    const both = others.flatMap((other) => [[mutant, other] as const, [other, mutant] as const])
    return [[mutant, mutant] as const, ...both]
  })
}

function writeMutants({ path, facts }: Side, folder: string): Promise<MutantSide>[] {
  return mutantsOf(readFileSync(path), facts).map(async (mutant, index) => {
    const written = join(folder, `${index}.gguf`)
    writeFileSync(written, mutant.bytes)
    return { name: mutant.name, partner: mutant.partner, path: written, facts: await factsOf(mutant.bytes) }
  })
}
