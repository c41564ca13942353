import { readFileSync } from 'node:fs'
import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGgufHeader } from './gguf-header.js'

const fixtures = Object.values(fixtureModels).map(({ q8_0 }) => {
  const bytes = readFileSync(q8_0)
  const header = parseGgufHeader(bytes, { path: 'fixture', bytes: bytes.length })
  if (header === undefined) throw new Error('a fixture has no header')
  return { bytes: bytes.subarray(0, header.dataOffset), fileBytes: bytes.length, header }
})

/** The header, `undefined` for one that goes on, or the error's code; anything else is thrown. */
function outcome(bytes: Buffer, fileBytes: number) {
  try {
    return parseGgufHeader(bytes, { path: 'file', bytes: fileBytes })
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_MODEL_FORMAT')) return error.code
    throw error
  }
}

describe('gguf header', () => {
  it('reads metadata, arrays and tensors', () => {
    const { header } = fixtures[0] ?? expect.fail()
    expect(header.metadata.get('general.architecture')).toBe('qwen3')
    expect(header.metadata.get('qwen3.context_length')).toBe(2048)
    expect(header.metadata.get('tokenizer.ggml.tokens')).toMatchObject({ items: 4096 })
    expect(header.metadata.get('tokenizer.ggml.add_bos_token')).toBe(false)
    // Q8_0 stores 32 values in 34 bytes.
    expect(header.tensors.find(({ name }) => name === 'token_embd.weight')).toMatchObject({
      values: 4096 * 192,
      bytes: (4096 * 192 * 34) / 32,
    })
  })

  it('goes on wherever the bytes end inside it, and says that a file that ends there is cut', async () => {
    const rates = fc.double({ min: 0, max: 0.999, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fixtures), rates, async (fixture, rate) => {
        const bytes = fixture.bytes.subarray(0, Math.floor(rate * (fixture.bytes.length - 32)))
        expect(outcome(bytes, fixture.fileBytes)).toBeUndefined()
        expect(outcome(bytes, bytes.length)).toBe('ERR_MODEL_FORMAT')
      }),
    )
  })

  it('takes any damage for a header, a cut header or ERR_MODEL_FORMAT', async () => {
    const seen = new Set<string>()
    const damage = fc.record({
      // Most of a header is vocabulary; what is easily broken stands at both of its ends.
      place: fc.oneof(
        fc.nat({ max: 2_000 }),
        fc.nat({ max: 5_000 }).map((fromEnd) => -1 - fromEnd),
        fc.nat(),
      ),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom(new Uint8Array(8).fill(255), Uint8Array.of(255, 255, 255, 127), Uint8Array.of(0, 0, 0, 0)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fixtures),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (fixture, damages) => {
          const bytes = Buffer.from(fixture.bytes)
          for (const { place, bytes: written } of damages) {
            const length = bytes.length - 8
            bytes.set(written, ((place % length) + length) % length)
          }
          const found = outcome(bytes, fixture.fileBytes)
          seen.add(typeof found === 'string' ? found : typeof found)
          expect(found === undefined || typeof found === 'object' || found === 'ERR_MODEL_FORMAT').toBe(true)
        },
      ),
      { numRuns: 500 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['ERR_MODEL_FORMAT', 'object']))
  })

  it('decodes lists of a number a layer when they are asked for, and no text of megabytes', () => {
    const list = [9, 0, 0, 0, 5, 0, 0, 0, ...u64(3n), ...u32(1), ...u32(2), 255, 255, 255, 255]
    const text = Buffer.alloc(3 * 2 ** 20, 'a')
    const bytes = Buffer.concat([
      header({ pairs: 2n, rest: [...pair('list', list), ...pair('text', [8, 0, 0, 0, ...u64(BigInt(text.length))])] }),
      Buffer.concat([text, Buffer.alloc(64)]),
    ])
    const { metadata } = parseGgufHeader(bytes, { path: 'file', bytes: bytes.length }) ?? expect.fail()
    expect(metadata.get('list')).toMatchObject({ items: 3, values: [1, 2, -1] })
    expect(metadata.get('text')).toEqual({ items: text.length, digest: expect.any(Function) })
  })

  it.each([
    ['text', Buffer.from('Once upon a time there was no model in this file.')],
    ['version 1', header({ version: 1 })],
    ['version 4', header({ version: 4 })],
    ['big-endian', header({ version: 0x03_00_00_00 })],
    ['more tensors than bytes', header({ tensors: 1n << 40n })],
    ['more pairs than bytes', header({ pairs: 1n << 62n })],
    [
      'an array longer than the file',
      header({ pairs: 1n, rest: pair('a', [9, 0, 0, 0, 0, 0, 0, 0, ...u64(1n << 50n)]) }),
    ],
    ['an array of arrays', header({ pairs: 1n, rest: pair('a', [9, 0, 0, 0, 9, 0, 0, 0, ...u64(1n)]) })],
    ['an unknown type', header({ pairs: 1n, rest: pair('a', [13, 0, 0, 0]) })],
    ['a key that is empty to C', header({ pairs: 1n, rest: pair('\0a', [7, 0, 0, 0, 1]) })],
    ['a key of 2 kB', header({ pairs: 1n, rest: pair('k'.repeat(2_000), [7, 0, 0, 0, 1]) })],
    ['an empty key', header({ pairs: 1n, rest: pair('', [7, 0, 0, 0, 1]) })],
    ['a double key', header({ pairs: 2n, rest: [...pair('a', [7, 0, 0, 0, 1]), ...pair('a', [7, 0, 0, 0, 1])] })],
    ['an alignment of 0', header({ pairs: 1n, rest: pair('general.alignment', [4, 0, 0, 0, 0, 0, 0, 0]) })],
  ])('refuses %s', (_, bytes) => {
    const padded = Buffer.concat([bytes, Buffer.alloc(64)])
    expect(outcome(padded, padded.length)).toBe('ERR_MODEL_FORMAT')
  })
})

function header({ version = 3, tensors = 0n, pairs = 0n, rest = [] as number[] }): Buffer {
  return Buffer.from([...Buffer.from('GGUF'), ...u32(version), ...u64(tensors), ...u64(pairs), ...rest])
}

function pair(key: string, typeAndValue: readonly number[]): number[] {
  return [...u64(BigInt(key.length)), ...Buffer.from(key), ...typeAndValue]
}

function u32(value: number): number[] {
  return [...new Uint8Array(Uint32Array.of(value).buffer)]
}

function u64(value: bigint): number[] {
  return [...new Uint8Array(BigUint64Array.of(value).buffer)]
}
