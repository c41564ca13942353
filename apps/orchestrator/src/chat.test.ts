import { expect, test } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { type MemoryModelOptions, memoryModel } from '../test/memory-model.js'
import { main } from './main.js'

const slow = { timeout: 4_000 }

/** Talks with a memory model: types each line once the prompt for it stands there, then leaves with Ctrl-D. */
async function talk(lines: readonly string[], options: Partial<MemoryModelOptions> = {}, args: readonly string[] = []) {
  const host = memoryHost()
  const model = memoryModel({ answer: (prompt) => `You said ${prompt.length} characters.`, ...options })
  let typed = 0
  const typing = setInterval(() => {
    if (host.written.stderr.split('> ').length - 1 <= typed) return
    const line = lines[typed++]
    if (line === undefined) host.stdin.push(null)
    else host.stdin.push(`${line}\n`)
  }, 1)
  const exitCode = await main(['run', 'memory.gguf', ...args], host, { loadModel: async () => model })
  clearInterval(typing)
  expect(model.open()).toBe(0)
  return { exitCode, ...host.written, prompts: model.prompts, host }
}

test('keeps the conversation, until it is reset', async () => {
  const { exitCode, stdout, prompts } = await talk(['hi', 'and?', '/reset', 'new'], { answer: () => 'yes' }, [
    '--system',
    'S',
  ])
  expect(exitCode).toBe(0)
  expect(prompts).toEqual([
    'system:S\nuser:hi\n',
    'system:S\nuser:hi\nassistant:yes\nuser:and?\n',
    'system:S\nuser:new\n',
  ])
  expect(stdout).toBe('yesyesyes')
})

test('/exit leaves, /help and unknown commands list the commands, an empty line asks again', async () => {
  const { exitCode, stderr, prompts } = await talk(['/help', '/nonsense', '', '/exit'])
  expect([exitCode, prompts]).toEqual([0, []])
  expect(stderr.match(/\/reset {2}forgets/g)).toHaveLength(2)
})

test('a pasted text is one message', async () => {
  const { prompts } = await talk(['Rename `a`:\n\na = 1\nprint(a)'])
  expect(prompts).toEqual(['user:Rename `a`:\n\na = 1\nprint(a)\n'])
})

test('a full context is told in a sentence, and the conversation stays as it was', async () => {
  const { exitCode, stderr, prompts } = await talk(['x'.repeat(200), 'short'], {
    contextTokens: 100,
    answer: () => 'ok',
  })
  expect(stderr).toContain('the prompt has 206 tokens, the context 100; /reset starts anew, --context makes room')
  expect([exitCode, prompts]).toEqual([0, ['user:short\n']])
})

test('Ctrl-C during an answer stops that answer only', async () => {
  const host = memoryHost()
  let steps = 0
  const model = memoryModel({
    answer: () => 'abcdefghijklmnopqrstuvwxyz',
    onVerify: () => void (++steps === 3 && host.signal('SIGINT')),
  })
  const running = main(['run', 'm'], host, { loadModel: async () => model })
  host.stdin.push('hi\n')
  await expect.poll(() => host.written.stderr, slow).toContain('interrupted')
  await expect.poll(() => host.written.stderr.split('> ').length, slow).toBe(3)
  host.stdin.push('again\n')
  await expect.poll(() => host.written.stderr, slow).toContain('end of text')
  host.stdin.push(null)
  expect(await running).toBe(0)
  expect(model.prompts[1]).toMatch(/^user:hi\nassistant:[a-e]+\nuser:again\n$/)
})

test('SIGTERM ends the conversation with 143', async () => {
  const host = memoryHost()
  const model = memoryModel({ answer: () => 'abc', onVerify: () => host.signal('SIGTERM') })
  const running = main(['run', 'm'], host, { loadModel: async () => model })
  host.stdin.push('hi\n')
  expect(await running).toBe(143)
  expect(model.open()).toBe(0)
})

test('an engine that dies ends it with its error', async () => {
  const host = memoryHost()
  const model = memoryModel({ answer: () => 'abc', onVerify: () => Promise.reject(new Error('gone')) })
  const running = main(['run', 'm'], host, { loadModel: async () => model })
  host.stdin.push('hi\n')
  expect(await running).toBe(70)
  expect(model.open()).toBe(0)
})
