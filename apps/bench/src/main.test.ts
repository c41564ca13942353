import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeHost, fakeHost } from '../test/fake-host.js'
import { randomModel } from '../test/random-model.js'
import { temporaryFolder } from '../test/temporary-folder.js'
import { writeGguf } from './gguf/gguf-writer.js'
import { readGguf } from './gguf/read-gguf.js'
import { shapeOf } from './inflate/model-shape.js'
import { main } from './main.js'
import { randomSource } from './random-source.js'

const folder = temporaryFolder()
const source = join(folder, 'small.gguf')
const larger = ['--width', '64', '--feed-forward', '32', '--heads', '4', '--kv-heads', '1', '--layers', '3']
const shape = { width: 8, feedForward: 6, heads: 3, kvHeads: 1, headLength: 2, layers: 2, experts: 1 } as const

beforeEach(async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  await writeGguf(source, randomModel({ ...shape, architecture: 'qwen3', normEpsilon: 1e-6 }, randomSource(1)))
})
afterEach(() => vi.unstubAllEnvs())

async function run(args: readonly string[], host: FakeHost = fakeHost()): Promise<{ code: number; host: FakeHost }> {
  return { code: await main(args, host), host }
}

describe('inflate', () => {
  it('writes into the cache and prints where', async () => {
    const { code, host } = await run(['inflate', source, ...larger])
    const path = host.output().trim()

    expect(code).toBe(0)
    expect(path.startsWith(join(folder, 'cache', 'foretoken', 'inflated', 'small-'))).toBe(true)
    expect(shapeOf(await readGguf(path))).toMatchObject({ width: 64, feedForward: 32, heads: 4, layers: 3 })
    expect(host.errors()).toBe(`inflating ${source}\n`)
  })

  it('prints one JSON object with --json', async () => {
    const { host } = await run(['inflate', source, ...larger, '--json'])

    expect(JSON.parse(host.output())).toMatchObject({ architecture: 'qwen3', shape: { width: 64 } })
  })

  it('removes what it has written when it is interrupted', async () => {
    const cache = join(folder, 'interrupted')
    vi.stubEnv('XDG_CACHE_HOME', cache)
    const host = fakeHost()
    const written = host.stderr.write.bind(host.stderr)
    // The first sign of progress comes when the file is being written.
    host.stderr.write = ((chunk: string) => {
      host.interrupt()
      return written(chunk)
    }) as typeof host.stderr.write
    const { code } = await run(['inflate', source, ...larger], host)

    expect(code).toBe(130)
    expect(host.errors()).toContain('interrupted')
    expect(readdirSync(join(cache, 'foretoken', 'inflated'))).toEqual([])
  })
})

describe('main', () => {
  const text = join(folder, 'text.gguf')
  writeFileSync(text, 'This is no model.')

  it.each<[number, readonly string[], string]>([
    [3, ['inflate', join(folder, 'none.gguf')], 'cannot be read; check the path and its permissions'],
    [3, ['inflate', text], 'is not a whole GGUF model'],
    [2, ['inflate', source, '--size', '7b'], '--size must be 0.2b or 0.6b, got "7b"'],
    [2, ['inflate', source, '--width', '33'], 'width must be a multiple of 32, got 33'],
    [2, ['inflate', source, '--width', 'wide'], '--width must be an integer from 32 to 65536, got "wide"'],
    [2, ['inflate'], "missing required argument 'model'"],
    [2, ['demo', '--repetitions', '0'], '--repetitions must be an integer from 1 to 100, got "0"'],
    [2, ['demo', '--prompts', 'rename,poem'], '--prompts takes ids or kinds of prompts, got poem'],
    [2, ['measure'], 'unknown command'],
    [2, [], ''],
  ])('ends with code %i for %j', async (expected, args, message) => {
    const { code, host } = await run(args)

    expect(code).toBe(expected)
    expect(host.errors()).toContain(message)
    expect(host.errors()).not.toMatch(/\n\s+at .+:\d+/)
    expect(host.output()).toBe('')
  })

  it('shows the help', async () => {
    const { code, host } = await run(['demo', '--help'])

    expect(code).toBe(0)
    expect(host.output()).toContain('--repetitions <count>')
  })
})
