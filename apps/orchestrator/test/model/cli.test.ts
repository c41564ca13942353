import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels, fixturePath } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/index.js'

const cli = join(import.meta.dirname, '../../dist/cli.js')
const model = fixtureModels.base.q8_0
// One thread: where other programs use the cores as well, llama.cpp's threads wait for each other.
const threads = ['--threads', '1']
// Drafts the same however fast the machine is.
const drafting = ['--drafter', 'lookup', '--policy', 'windowed']
const rename = ['-f', fixturePath('prompts', 'rename-walk.txt'), '--raw', ...threads, ...drafting]
const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))

beforeAll(() => {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: npm run -s setup builds it`)
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[], nodeOptions: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, cli, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  child.stdin.end()
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  return { child, ended }
}

const call = (...args: readonly string[]) => start(args).ended

/** Makes the import of node-llama-cpp fail. */
const hooks = `export const resolve = (name, context, next) => {
  if (name === 'node-llama-cpp') throw new Error(name + ' was imported')
  return next(name, context)
}`
const asModule = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
const withoutLlama = [
  '--import',
  asModule(`import { register } from 'node:module'; register(${JSON.stringify(asModule(hooks))})`),
]

/** The first characters of a child's text. */
const firstText = (child: ChildProcess) => new Promise((resolve) => child.stdout?.once('data', resolve))

test('stdout is the text, stderr the closing line and nothing of llama.cpp', async () => {
  const { exitCode, stdout, stderr } = await call('run', model, ...rename)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('def ')
  expect(stderr).toMatch(/^\d+ tokens · [\d.]+ tokens\/step · lookup [^\n]+ · end of text\n$/)
})

test('--json prints one line with every figure', async () => {
  const { exitCode, stdout, stderr } = await call('run', model, ...rename, '--json')
  expect([exitCode, stderr, stdout.indexOf('\n')]).toEqual([0, '', stdout.length - 1])
  const result = JSON.parse(stdout) as RunResult
  expect(result).toMatchObject({
    model,
    engine: expect.stringMatching(/^(native|node-llama-cpp)$/),
    finish: 'end-of-text',
  })
  expect(result.tokens).toBeGreaterThan(result.steps)
  for (const figure of [result.draftedTokens, result.acceptedTokens, result.tokensPerSecond, result.promptTokens])
    expect(figure).toBeGreaterThan(0)
})

test('help and version do without llama.cpp', async () => {
  const [help, version, writing] = await Promise.all([
    start(['run', '--help'], withoutLlama).ended,
    start(['--version'], withoutLlama).ended,
    start(['run', model, ...rename], withoutLlama).ended,
  ])
  expect([help.exitCode, help.stderr, version.exitCode, version.stderr]).toEqual([0, '', 0, ''])
  expect(writing).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('ERR_ENGINE_VERSION') })
})

describe('a signal while it writes', () => {
  // Neither end nor repetition is left to chance: an end-of-text token that the model never says.
  const endless = ['run', model, '--raw', '-p', 'def ', '--threads', '1', '--override', 'tokenizer.ggml.eos_token_id=0']

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with the statistics and exit code %i', async (signal, exitCode) => {
    const { child, ended } = start(endless)
    await firstText(child)
    child.kill(signal)
    const { stderr, ...rest } = await ended
    expect(rest.exitCode).toBe(exitCode)
    expect(rest.stdout.length).toBeGreaterThan(0)
    expect(stderr).toMatch(/^\d+ tokens? · [\d.]+ tokens\/step · [^\n]+ · interrupted\n$/)
  })

  test('a reader that goes away ends it without a word', async () => {
    const { child, ended } = start(endless)
    await firstText(child)
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('nor does a JSON object that nobody reads', async () => {
    const { child, ended } = start(['run', model, ...rename, '--json'])
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

describe('bad input: one sentence with the cure, the exit code of the table, no stack', () => {
  const text = join(folder, 'text.gguf')
  const truncated = join(folder, 'truncated.gguf')
  writeFileSync(text, 'This is not a model.\n'.repeat(100))
  writeFileSync(truncated, readFileSync(model).subarray(0, 1_000_000))

  test.each([
    ['a missing file', [join(folder, 'none.gguf'), '-p', 'x'], 3, 'ERR_FILE_NOT_FOUND', 'check the path'],
    ['a text file named .gguf', [text, '-p', 'x'], 3, 'ERR_MODEL_FORMAT', 'download or convert'],
    ['a truncated GGUF', [truncated, '-p', 'x'], 3, 'ERR_MODEL_FORMAT', 'download it again'],
    [
      'a long prompt',
      [model, '-p', 'word '.repeat(200), '--context', '64'],
      4,
      'ERR_CONTEXT_FULL',
      'shorten the prompt or raise --context',
    ],
    [
      'a context that is too long',
      [model, '-p', 'x', '--context', '99999999'],
      2,
      'ERR_OPTION_INVALID',
      '--context must be',
    ],
    ['an unknown option', [model, '--drafer', 'none'], 2, 'ERR_OPTION_INVALID', 'did you mean --drafter?'],
  ] as const)('%s', async (_, args, code, name, cure) => {
    const plain = await call('run', ...args)
    expect([plain.exitCode, plain.stdout]).toEqual([code, ''])
    expect(plain.stderr).toMatch(/^foretoken: [^\n]+\n$/)
    expect(plain.stderr).toContain(cure)
    expect(plain.stderr).toContain(`(${name})`)
    const json = await call('run', ...args, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: name } })
    expect([json.exitCode, json.stderr]).toEqual([code, plain.stderr])
  })
})
