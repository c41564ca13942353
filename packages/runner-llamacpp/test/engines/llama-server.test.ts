import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { describe, expect, inject, test } from 'vitest'
import { type LlamaServer, type LlamaServerEvent, llamaServer } from '../../src/index.js'
import { temporaryFolder } from '../temporary-folder.js'

const { llamaServer: program } = inject('engines')
const folder = temporaryFolder()

function commandFor(model: string, ...args: readonly string[]): readonly string[] {
  return [program, '--model', model, '--threads', '1', '--ctx-size', '256', '--parallel', '1', ...args]
}

async function greedyTokens(server: LlamaServer): Promise<unknown> {
  const { url, apiKey } = await server.ready()
  const response = await fetch(`${url}/completion`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ prompt: 'one two three', n_predict: 24, temperature: 0, return_tokens: true }),
  })
  return ((await response.json()) as { tokens: unknown }).tokens
}

describe('a managed llama-server', () => {
  test('is started again when it is killed, and the next request works', async () => {
    const events: LlamaServerEvent[] = []
    await using server = await llamaServer({
      command: commandFor(fixtureModels.base.q8_0),
      firstDelayMs: 10,
      onEvent: (event) => event.kind !== 'line' && events.push(event),
    })
    const before = await greedyTokens(server)
    const { pid = 0 } = server
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => server.pid !== pid).toBe(true)

    expect(await greedyTokens(server)).toEqual(before)
    expect(server.starts).toBe(2)
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'died', 'started'])
    expect(events[1]).toMatchObject({ reason: expect.stringContaining('was killed'), restarts: true })
    expect(server.log.join('\n')).toContain('model loaded')
  })

  test('answers nobody without its key, and is gone after its end', async () => {
    const server = await llamaServer({ command: commandFor(fixtureModels.base.q8_0, '--port', '80') })
    const { url } = await server.ready()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect((await fetch(`${url}/completion`, { method: 'POST', body: '{"prompt":"a"}' })).status).toBe(401)
    await server[Symbol.asyncDispose]()
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
    await expect(server.ready()).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
  })

  test('is started anew with another number of experts, which changes what it writes', async () => {
    const withExperts = (count: number) =>
      commandFor(fixtureModels.moe.q8_0, '--override-kv', `qwen3moe.expert_used_count=int:${count}`)
    await using server = await llamaServer({ command: withExperts(1) })
    const { pid } = server
    const one = await greedyTokens(server)
    await server.restart({ command: withExperts(4) })
    const four = await greedyTokens(server)
    expect(server.pid).not.toBe(pid)
    expect(four).not.toEqual(one)
    await server.restart({ command: withExperts(1) })
    expect(await greedyTokens(server)).toEqual(one)
  })
})

test('a draft model of another vocabulary is left out, and the reason is told', async () => {
  const args = ['--spec-type', 'draft-simple', '--spec-draft-model', otherVocabulary()]
  await using server = await llamaServer({ command: commandFor(fixtureModels.base.q8_0, ...args) })
  expect(server.complaints.join('\n')).toMatch(/draft model bos tokens must match/)
  expect(server.complaints.join('\n')).toMatch(/failed to initialize speculative decoding/)
  expect(await greedyTokens(server)).toHaveLength(24)
})

describe('the real reason', () => {
  const refused = (command: readonly string[], port = 0) =>
    llamaServer({ command, port, stopTimeoutMs: 1_000 }).then(
      async (server) => {
        await server[Symbol.asyncDispose]()
        throw new Error('it started')
      },
      (error) => error,
    )

  test.each<[string, () => readonly string[], string, RegExp]>([
    ['a program that is not there', () => [join(folder, 'none')], 'ERR_FILE_NOT_FOUND', /ENOENT.*PATH/],
    ['no file', () => commandFor(join(folder, 'none.gguf')), 'ERR_FILE_NOT_FOUND', /none\.gguf.*No such file/],
    ['no model', () => commandFor(written('text.gguf', 'hello')), 'ERR_MODEL_FORMAT', /invalid magic.*'hell'/],
    ['a part of a model', () => commandFor(partOfModel()), 'ERR_MODEL_FORMAT', /corrupted or incomplete/],
    [
      'an unknown architecture',
      () => commandFor(fixtureModels.base.q8_0, '--override-kv', 'general.architecture=str:foo'),
      'ERR_MODEL_UNSUPPORTED',
      /unknown model architecture: 'foo'/,
    ],
    ['an unknown argument', () => commandFor(fixtureModels.base.q8_0, '--nosuch'), 'ERR_OPTION_INVALID', /--nosuch/],
    [
      'too much context',
      // Under a limit of the shell, since an allocation that is not used yet is no failure on Linux.
      () =>
        ['/bin/sh', '-c', 'ulimit -v 1500000 && exec "$@"', 'sh', ...commandFor(fixtureModels.base.q8_0)].concat(
          ...['--ctx-size', '2000000', '--fit', 'off'],
        ),
      'ERR_BUDGET_EXCEEDED',
      /insufficient memory/,
    ],
    [
      'no machine at an address',
      () => commandFor(fixtureModels.base.q8_0, '--rpc', '127.0.0.1:1'),
      'ERR_ENGINE_LOST',
      /Failed to connect to 127\.0\.0\.1:1/,
    ],
  ])('%s', async (_, command, code, words) => {
    const error = await refused(command())
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) })
  })

  test('a taken port', async () => {
    await using taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const error = await refused(commandFor(fixtureModels.base.q8_0), port)
    expect(error).toMatchObject({ code: 'ERR_ENGINE_LOST', message: expect.stringContaining(`port: ${port}`) })
  })
})

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function partOfModel(): string {
  return written('part.gguf', readFileSync(fixtureModels.base.q8_0).subarray(0, 500_000))
}

/** The draft model, but that it says of its vocabulary that texts begin with a token of their own. */
function otherVocabulary(): string {
  const bytes = readFileSync(fixtureModels.draft.q8_0)
  const key = 'tokenizer.ggml.add_bos_token'
  const at = bytes.indexOf(key)
  expect(at).toBeGreaterThan(0)
  // A key is followed by four bytes of its type, 7 for a boolean, and the value.
  bytes[at + key.length + 4] = 1
  return written('other.gguf', bytes)
}
