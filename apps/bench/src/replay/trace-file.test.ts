import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { firstTokens, readTrace, traceFiles } from './trace-file.js'

const folder = temporaryFolder()
const request = { id: 'p-0', task: 'math', session: null, prompt: [1, 2], output: [3, 4, 5] }
const line = JSON.stringify(request)

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('readTrace', () => {
  const lines = `${line}\n${JSON.stringify({ ...request, id: 'p-1', session: 'talk' })}\n`
  const requests = [
    { id: 'p-0', prompt: Int32Array.of(1, 2), output: Int32Array.of(3, 4, 5) },
    { id: 'p-1', session: 'talk', prompt: Int32Array.of(1, 2), output: Int32Array.of(3, 4, 5) },
  ]

  it('reads plain and gzipped JSON Lines, with and without the last line end', async () => {
    expect(await readTrace(written('plain.jsonl', lines))).toEqual({ file: 'plain', requests })
    expect(await readTrace(written('small.jsonl.gz', gzipSync(lines.trimEnd())))).toEqual({ file: 'small', requests })
  })

  it.each([
    ['no JSON', '{"id": "p-1", "prompt"', 'expected JSON, got "{"id": "p-1", "prompt""'],
    ['an empty line', `\n${line}`, 'expected JSON, got ""'],
    ['no object', '[1, 2]', 'expected a JSON object, got [1,2]'],
    ['no id', JSON.stringify({ ...request, id: 7 }), 'expected a string as "id", got 7'],
    ['a wrong session', JSON.stringify({ ...request, session: 7 }), 'expected a string or null as "session", got 7'],
    [
      'no output',
      JSON.stringify({ ...request, output: undefined }),
      '"output": expected an array of at least one token id, got nothing',
    ],
    [
      'an empty prompt',
      JSON.stringify({ ...request, prompt: [] }),
      '"prompt": expected an array of at least one token id, got []',
    ],
    [
      'text for a token',
      JSON.stringify({ ...request, prompt: [1, '2'] }),
      '"prompt"[1]: expected a token id from 0 to 2147483647, got "2"',
    ],
    [
      'a negative token',
      JSON.stringify({ ...request, output: [-1] }),
      '"output"[0]: expected a token id from 0 to 2147483647, got -1',
    ],
    ['too large a token', JSON.stringify({ ...request, output: [2 ** 31] }), 'got 2147483648'],
    ['a broken token', JSON.stringify({ ...request, output: [1.5] }), 'got 1.5'],
  ])('refuses %s and says where', async (_, bad, message) => {
    const path = written('bad.jsonl', `${line}\n${bad}\n`)

    await expect(readTrace(path)).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
      message: expect.stringContaining(`${path}, line 2`),
    })
    await expect(readTrace(path)).rejects.toThrow(message)
  })

  it('refuses a file without a request, a damaged one and a missing one', async () => {
    await expect(readTrace(written('empty.jsonl', ''))).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    const damaged = gzipSync(lines).subarray(0, 40)
    await expect(readTrace(written('damaged.jsonl.gz', damaged))).rejects.toThrow('is damaged gzip')
    await expect(readTrace(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })

  it.each([
    [{ requests: 1 }, 'holds more than 1 requests'],
    [{ lineBytes: line.length - 1 }, 'line 1 is longer than'],
    [{ fileBytes: lines.length - 1 }, 'once decompressed'],
    [{ fileBytes: 20 }, 'is larger than 20 bytes;'],
  ])('refuses what is beyond %j', async (limits, message) => {
    const path = written('large.jsonl.gz', gzipSync(lines))

    await expect(readTrace(path, limits)).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
    await expect(readTrace(path, limits)).rejects.toThrow(message)
  })
})

describe('firstTokens', () => {
  const trace = {
    file: 'x',
    requests: [1, 2].map((id) => ({ id: `${id}`, prompt: Int32Array.of(1), output: Int32Array.of(3, 4, 5) })),
  }
  const lengths = (tokens: number): number[] => firstTokens(trace, tokens).requests.map(({ output }) => output.length)

  it('cuts the request in which the tokens end', () => {
    expect([1, 3, 4, 9].map(lengths)).toEqual([[1], [3], [3, 1], [3, 3]])
  })
})

describe('traceFiles', () => {
  const traces = join(folder, 'traces')
  mkdirSync(traces)
  for (const name of ['b.jsonl', 'a.jsonl.gz', 'manifest.json']) writeFileSync(join(traces, name), '')

  it('lists the trace files of a folder by name', async () => {
    expect(await traceFiles(traces)).toEqual([join(traces, 'a.jsonl.gz'), join(traces, 'b.jsonl')])
    expect(await traceFiles(traces, ['b'])).toEqual([join(traces, 'b.jsonl')])
  })

  it('refuses unknown names, and folders without traces', async () => {
    await expect(traceFiles(traces, ['a', 'c'])).rejects.toThrow('--files takes a, b; got c')
    mkdirSync(join(folder, 'bare'))
    await expect(traceFiles(join(folder, 'bare'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(traceFiles(join(folder, 'none'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })
})
