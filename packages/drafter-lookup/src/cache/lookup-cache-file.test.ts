import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LookupCache, readLookupCache, writeLookupCache } from '../index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookup-cache-'))
})
afterAll(() => rm(folder, { recursive: true }))

const texts = fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 80 })
// 2-gram 1 2, followed by 3 twice and by 2^31 − 1 once; 1-gram 9, followed by 0 once.
const words = [1, 2, -1, -1, 2, 3, 2, 2 ** 31 - 1, 1, 9, -1, -1, -1, 1, 0, 1]

describe('the file', () => {
  test('is read as llama.cpp lays it out', async () => {
    const cache = await readLookupCache(await fileOf(bytesOf(words)))
    expect([...cache.entries()]).toEqual([
      {
        ngram: Int32Array.of(1, 2),
        followers: new Map([
          [3, 2],
          [2 ** 31 - 1, 1],
        ]),
      },
      { ngram: Int32Array.of(9), followers: new Map([[0, 1]]) },
    ])
  })

  test('is written as llama.cpp lays it out', async () => {
    const cache = new LookupCache()
    cache.add(Int32Array.of(1, 2), 3, 2)
    cache.add(Int32Array.of(1, 2), 2 ** 31 - 1, 1)
    cache.add(Int32Array.of(9), 0, 1)
    expect(await written(cache)).toEqual(bytesOf(words))
  })

  test('keeps everything', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const cache = new LookupCache()
        cache.learn(Int32Array.from(text))
        const bytes = await written(cache)
        const again = await readLookupCache(await fileOf(bytes))
        expect([...again.entries()]).toEqual([...cache.entries()])
        expect(await written(again)).toEqual(bytes)
      }),
      { numRuns: 50 },
    )
  })

  test('may hold nothing', async () => {
    expect((await readLookupCache(await fileOf(new Uint8Array(0)))).size).toBe(0)
    expect(await written(new LookupCache())).toEqual(new Uint8Array(0))
  })

  test('may be longer than one piece of writing, and an entry longer than a piece', async () => {
    const cache = new LookupCache()
    for (let token = 0; token < 150_000; token++) cache.add(Int32Array.of(token % 3), token, 1 + (token % 5))
    const bytes = await written(cache)
    expect(bytes.length).toBe(3 * 20 + 150_000 * 8)
    expect([...(await readLookupCache(await fileOf(bytes))).entries()]).toEqual([...cache.entries()])
  })
})

describe('damage', () => {
  test.each<[string, readonly number[]]>([
    ['an n-gram of no tokens', [-1, -1, -1, -1, 1, 3, 1]],
    ['tokens behind the padding', [1, -1, 2, -1, 1, 3, 1]],
    ['a padding that is not -1', [1, 2, -2, -1, 1, 3, 1]],
    ['no followers', [1, 2, -1, -1, 0]],
    ['more followers than the file has room for', [1, 2, -1, -1, 2, 3, 1, 4]],
    ['a huge number of followers', [1, 2, -1, -1, 2 ** 31 - 1, 3, 1]],
    ['a negative token', [1, 2, -1, -1, 1, -1, 1]],
    ['a count of 0', [1, 2, -1, -1, 1, 3, 0]],
    ['a token twice', [1, 2, -1, -1, 2, 3, 1, 3, 1]],
    ['an n-gram twice', [1, 2, -1, -1, 1, 3, 1, 1, 2, -1, -1, 1, 4, 1]],
    ['an end within an n-gram', [1, 2, -1, -1, 1, 3, 1, 1, 2]],
  ])('as %s is refused', async (_, content) => {
    const path = await fileOf(bytesOf(content))
    const error = await failureOf(readLookupCache(path))
    expect(error.code).toBe('ERR_MEMORY_FORMAT')
    expect(error.message).toContain(path)
  })

  test('is never read as something else: what is read is written again byte by byte', async () => {
    await fuzz(readLookupCache)
  })

  test('an offender that ignores the end of the file is caught', async () => {
    const offender: typeof readLookupCache = async (path) => {
      const bytes = await readFile(path)
      return await readLookupCache(await fileOf(bytes.subarray(0, bytes.length - (bytes.length % 28))))
    }
    await expect(fuzz(offender)).rejects.toThrow('Property failed')
  })
})

describe('access', () => {
  test('a file over the bound is not read', async () => {
    const path = await fileOf(bytesOf(words))
    const error = await failureOf(readLookupCache(path, { maxBytes: 63 }))
    expect([error.code, error.message]).toEqual([
      'ERR_BUDGET_EXCEEDED',
      `the lookup cache ${path} has 64 bytes; raise maxBytes, now 63`,
    ])
    expect((await readLookupCache(path, { maxBytes: 64 })).size).toBe(2)
  })

  test.each([0, 1.5, 2 ** 31])('refuses a bound of %d bytes', async (maxBytes) => {
    expect((await failureOf(readLookupCache('any', { maxBytes }))).code).toBe('ERR_OPTION_INVALID')
  })

  test.each(['missing.bin', '.'])('%s cannot be read', async (name) => {
    expect((await failureOf(readLookupCache(join(folder, name)))).code).toBe('ERR_FILE_NOT_FOUND')
  })

  test('where writing fails, nothing stays behind and what was there stands', async () => {
    const path = join(folder, 'taken')
    await mkdir(join(path, 'inside'), { recursive: true })
    const before = await readdir(folder)
    expect((await failureOf(writeLookupCache(path, new LookupCache()))).code).toBe('ERR_FILE_NOT_FOUND')
    expect(await readdir(folder)).toEqual(before)
    expect((await failureOf(writeLookupCache(join(folder, 'no', 'where'), new LookupCache()))).code).toBe(
      'ERR_FILE_NOT_FOUND',
    )
  })
})

/** Flips, cuts and appends: either the reader refuses the file, or it reads what stands there. */
function fuzz(read: typeof readLookupCache): Promise<void> {
  const damages = fc.record({
    text: texts,
    flips: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
    cut: fc.nat({ max: 40 }),
    tail: fc.uint8Array({ maxLength: 40 }),
  })
  return fc.assert(
    fc.asyncProperty(damages, async ({ text, flips, cut, tail }) => {
      const cache = new LookupCache()
      cache.learn(Int32Array.from(text))
      const whole = await written(cache)
      const bytes = Uint8Array.of(...whole.subarray(0, Math.max(0, whole.length - cut)), ...tail)
      for (const [place, value] of flips) if (bytes.length > 0) bytes[place % bytes.length] = value
      const path = await fileOf(bytes)
      const outcome = await read(path).catch((error: unknown) => error)
      if (outcome instanceof LookupCache) expect(await written(outcome)).toEqual(bytes)
      else expect(outcome).toMatchObject({ code: 'ERR_MEMORY_FORMAT' })
    }),
    { numRuns: 300 },
  )
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = new DataView(bytes.buffer)
  for (const [index, word] of words.entries()) view.setInt32(4 * index, word, true)
  return bytes
}

let files = 0
async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${files++ % 4}.bin`)
  await writeFile(path, bytes)
  return path
}

async function written(cache: LookupCache): Promise<Uint8Array> {
  const path = join(folder, 'written.bin')
  await writeLookupCache(path, cache)
  return new Uint8Array(await readFile(path))
}

async function failureOf(attempt: Promise<unknown>): Promise<SpeculationError> {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (SpeculationError.is(error)) return error
  throw new Error('it should have failed with a SpeculationError', { cause: error })
}
