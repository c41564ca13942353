import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import type { Draft } from '@foretoken/contract'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SuffixDrafter, suffixDrafter } from './index.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretoken-memory-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const text = fc.array(fc.nat({ max: 5 }), { minLength: 10, maxLength: 120 })
const texts = fc.array(text, { minLength: 1, maxLength: 8 })

describe('a saved memory', () => {
  test('drafts what it drafted, also while sessions are open', async () => {
    const path = join(folder, 'same')
    await fc.assert(
      fc.asyncProperty(texts, texts, text, async (before, after, open) => {
        using drafter = suffixDrafter()
        await replay(drafter, before)
        const session = drafter.open(Int32Array.from(open))
        await drafter.save(path)
        await session[Symbol.asyncDispose]()

        using loaded = suffixDrafter()
        await loaded.load(path)
        expect(loaded.stats()).toEqual(drafter.stats())
        expect(await replay(loaded, after)).toEqual(await replay(drafter, after))
        expect(loaded.stats()).toEqual(drafter.stats())
      }),
      { numRuns: 30 },
    )
  })

  test('has all scopes, or one', async () => {
    using drafter = suffixDrafter()
    for (const scope of ['', 'a', 'b']) await drafter.importCorpus([Int32Array.of(1, 2, 3)], { scope })
    const paths = [join(folder, 'all'), join(folder, 'one')] as const
    await drafter.save(paths[0])
    await drafter.save(paths[1], { scope: 'a' })

    for (const [path, known] of [
      [paths[0], ['', 'a', 'b']],
      [paths[1], ['a']],
    ] as const) {
      using loaded = suffixDrafter()
      await loaded.load(path)
      for (const scope of ['', 'a', 'b'])
        expect(loaded.stats(scope).tokens > 0).toBe(known.some((name) => name === scope))
    }
  })

  test('keeps its newest texts where there is less room', async () => {
    const path = join(folder, 'large')
    using drafter = suffixDrafter({ maxBytes: 2 ** 23 })
    const document = (first: number): Int32Array => Int32Array.from({ length: 1000 }, (_, place) => first + place)
    await drafter.importCorpus(Array.from({ length: 200 }, (_, index) => document(1000 * index)))
    await drafter.save(path)
    using small = suffixDrafter({ maxBytes: 2 ** 21 })
    await small.load(path)
    expect(small.stats().bytes).toBeLessThanOrEqual(2 ** 21)
    expect(await firstToken(small, [199_500, 199_501])).toBe(199_502)
    expect(await firstToken(small, [500, 501])).toBeUndefined()
  })

  test('of another tokenizer is refused', async () => {
    const path = join(folder, 'vocabulary')
    using drafter = suffixDrafter({ tokenizerFingerprint: 'qwen2' })
    await drafter.save(path)
    using other = suffixDrafter({ tokenizerFingerprint: 'llama3' })
    await expect(other.load(path)).rejects.toMatchObject({
      code: 'ERR_VOCABULARY_MISMATCH',
      message: `${path} was made with the tokenizer "qwen2", this drafter has "llama3": load a memory of the same one`,
    })
  })

  test('that is missing or cannot be written is said to be', async () => {
    using drafter = suffixDrafter()
    const path = join(folder, 'nowhere', 'memory')
    await expect(drafter.load(path)).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(drafter.save(path)).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(drafter.load(folder)).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(drafter.load('/dev/zero')).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(drafter.save(join(folder, 'long'), { scope: 'x'.repeat(70_000) })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
  })
})

describe('a damaged memory', () => {
  const path = (): string => join(folder, 'damaged')
  let sound: Buffer

  beforeAll(async () => {
    using drafter = suffixDrafter({ tokenizerFingerprint: 'x' })
    await replay(
      drafter,
      Array.from({ length: 6 }, (_, seed) => Array.from({ length: 90 }, (_, at) => (at * seed) % 7)),
    )
    await drafter.save(path())
    sound = readFileSync(path())
  })

  test('is refused whichever bit is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(sound)
        flipped[at] = (flipped[at] as number) ^ (1 << bit)
        await refused(flipped)
      }),
    )
  })

  test('is refused wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), async (length) => {
        await refused(sound.subarray(0, length))
      }),
    )
  })

  // With a right checksum: what a hostile file would have. Most such files are refused; none may do harm.
  test('of any numbers neither crashes nor hangs the drafter', async () => {
    // The texts stand in front of the weights.
    const offset = fc.oneof(fc.nat(12_000), fc.nat(sound.length / 4 - 6))
    const number = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 2, 31, 32, 2 ** 31 - 1, -(2 ** 31)))
    let refusals = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(offset, number), { minLength: 1, maxLength: 4 }), async (changes) => {
        const altered = Buffer.from(sound)
        for (const [place, value] of changes) altered.writeInt32LE(value, 16 + 4 * place)
        altered.writeUInt32LE(crc32(altered.subarray(0, -4)), altered.length - 4)
        writeFileSync(path(), altered)
        using drafter = suffixDrafter({ tokenizerFingerprint: 'x' })
        const load = drafter.load(path()).catch((error: { code: string }) => error.code)
        const code = await load
        if (code === undefined) await replay(drafter, [Array.from({ length: 200 }, (_, at) => at % 7)])
        else refusals++
        expect([undefined, 'ERR_MEMORY_FORMAT', 'ERR_VOCABULARY_MISMATCH']).toContain(code)
      }),
      { numRuns: 300 },
    )
    expect(refusals).toBeGreaterThan(20)
  })

  async function refused(content: Buffer): Promise<void> {
    writeFileSync(path(), content)
    using drafter = suffixDrafter({ tokenizerFingerprint: 'x' })
    await replay(drafter, [[1, 2, 3, 4, 5, 6, 7, 8]])
    const before = await firstToken(drafter, [2, 3])
    await expect(drafter.load(path())).rejects.toMatchObject({ code: 'ERR_MEMORY_FORMAT' })
    expect(before).toBe(4)
    expect(await firstToken(drafter, [2, 3])).toBe(before)
  }
})

test('a process that is killed while it saves leaves the old memory or the new one', async () => {
  const path = join(folder, 'killed')
  for (const saves of [1, 2, 4]) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', saver(path)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout })
    let seen = 0
    for await (const _ of lines) {
      seen++
      if (seen === saves + 1) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    using drafter = suffixDrafter()
    await drafter.load(path)
    expect([30, 60]).toContain(Math.floor(drafter.stats().tokens / 1000))
  }
})

/** A program that saves two memories in turn for ever, and says so before each. */
function saver(path: string): string {
  const source = fileURLToPath(new URL('suffix-drafter.ts', import.meta.url))
  const conditions = JSON.stringify(['@foretoken/source', 'import', 'node', 'default'])
  return `
    import { createViteServer } from ${JSON.stringify(import.meta.resolve('vitest/node'))}
    const vite = await createViteServer({
      configFile: false, logLevel: 'silent', server: { middlewareMode: true, ws: false, watch: null },
      ssr: { resolve: { conditions: ${conditions}, externalConditions: ${conditions} } },
    })
    const { suffixDrafter } = await vite.ssrLoadModule(${JSON.stringify(source)})
    const drafters = [30_000, 60_000].map((length) => {
      const drafter = suffixDrafter()
      drafter.importCorpus([Int32Array.from({ length }, (_, place) => place)])
      return drafter
    })
    await new Promise(setImmediate)
    for (let round = 0; ; round++) {
      console.log('saving')
      await drafters[round % 2].save(${JSON.stringify(path)})
    }`
}

/** Tells the texts one after another, four tokens a step. */
async function replay(drafter: SuffixDrafter, all: readonly (readonly number[])[]): Promise<readonly Draft[]> {
  const drafts: Draft[] = []
  for (const one of all) {
    await using session = drafter.open(Int32Array.from(one.slice(0, 5)))
    for (let start = 5; start < one.length; start += 4) {
      const { tokens, probabilities, drafter: name } = await session.draft({ maxTokens: 6 })
      drafts.push({ tokens: tokens.slice(), probabilities: probabilities?.slice() as Float32Array, drafter: name })
      session.commit(Int32Array.from(one.slice(start, start + 4)))
    }
  }
  return drafts
}

async function firstToken(drafter: SuffixDrafter, prompt: readonly number[]): Promise<number | undefined> {
  await using session = drafter.open(Int32Array.from(prompt), { remember: 'all' })
  const { tokens } = await session.draft({ maxTokens: 1 })
  return tokens[0]
}
