import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { check } from '../checkers/check.js'
import { importSuite } from './import-suite.js'
import type { ImportedPrompt } from './imported-suite.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

function sample(name: string): string {
  return fileURLToPath(new URL(`../../test/samples/${name}`, import.meta.url))
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Which of the texts pass the checkers of the prompts, in order. */
async function passed(prompts: readonly ImportedPrompt[], texts: readonly string[]): Promise<boolean[]> {
  const results: boolean[] = []
  for (const [index, text] of texts.entries()) {
    const checker = prompts[index]?.checker
    results.push(checker !== undefined && (await check(checker, { text })).passed)
  }
  return results
}

describe('importSuite', () => {
  it('reads IFEval', async () => {
    const { prompts } = await importSuite('ifeval', sample('ifeval.jsonl'))
    const rain = 'Rain turns the road into mud and mud gets on the shoes.'
    const good = [
      'White and tall.',
      '* fig\n* pear',
      rain,
      'good night, sleep well and see you tomorrow',
      'That is all.',
    ]
    expect(await passed(prompts, good)).toEqual([true, true, true, true, true])
    expect(await passed(prompts, ['White, tall.', '* fig', 'mud', 'Good night', 'All.'])).toEqual(Array(5).fill(false))
    expect(prompts[1]?.checker).toEqual({
      kind: 'ifeval',
      instructions: [{ id: 'detectable_format:number_bullet_lists', arguments: { num_bullets: 2 } }],
    })
  })

  it('reads GSM8K', async () => {
    const { prompts } = await importSuite('gsm8k', sample('gsm8k.jsonl'))
    expect(await passed(prompts, ['3 * 4 = 12', '150 km', '**8,400**', '-5', '4.5'])).toEqual(Array(5).fill(true))
    expect(await passed(prompts, ['7', '62.5', '1,200', '5', '4'])).toEqual(Array(5).fill(false))
  })

  it('reads HumanEval', async () => {
    const { prompts } = await importSuite('humaneval', sample('humaneval.jsonl'))
    expect(prompts).toHaveLength(5)
    expect(prompts[0]?.checker).toMatchObject({
      kind: 'code',
      language: 'python',
      prelude: expect.stringContaining('def double(x):'),
    })
    expect(prompts[0]?.checker).toMatchObject({ tests: expect.stringMatching(/check\(double\)\n$/) })
  })

  it('reads BFCL', async () => {
    const { prompts } = await importSuite('bfcl', sample('bfcl.jsonl'), { answers: sample('bfcl-answers.jsonl') })
    const good = [
      'bell.ring(times=3)',
      'lamp.set(level=0.5)',
      'plot(values=[1, 2, 3])',
      'clock.now(city="oslo")',
      '[bell.ring(times=2), bell.ring(times=1)]',
    ]
    const bad = [
      'bell.ring(times=2)',
      'lamp.set(level=0.5, room="hall")',
      'plot(values=[3, 2, 1])',
      'weather.now(city="Oslo")',
      'bell.ring(times=1)',
    ]
    expect(await passed(prompts, good)).toEqual(Array(5).fill(true))
    expect(await passed(prompts, bad)).toEqual(Array(5).fill(false))
    expect(prompts[1]?.tools?.[0]).toMatchObject({
      name: 'lamp_set',
      parameters: { type: 'object', properties: { level: { type: 'number' } } },
    })
    await expect(importSuite('bfcl', sample('bfcl.jsonl'))).rejects.toThrow('in the option answers')
  })

  it('reads MT-bench and FastChat', async () => {
    const bench = await importSuite('mt-bench', sample('mt-bench.jsonl'), { answers: sample('mt-bench-answers.jsonl') })
    expect(bench.prompts[1]).toMatchObject({ id: '2', category: 'math', references: ['144', '12'] })
    expect(bench.prompts.map(({ turns }) => turns.length)).toEqual([2, 2, 2, 2, 2])
    const chat = await importSuite('fastchat', sample('fastchat.jsonl'))
    expect(chat.prompts[1]).toMatchObject({ id: 'q2', references: ['144'] })
    expect(chat.prompts[4]?.references).toEqual(['fourteen lines; rhyme'])
  })

  it('reads what is compressed, and gives another text another fingerprint', async () => {
    const row = '{"question": "1?", "answer": "#### 1"}\n'
    const plain = await importSuite('gsm8k', file('one.jsonl', row))
    expect(await importSuite('gsm8k', file('one.jsonl.gz', gzipSync(row)))).toEqual(plain)
    const other = await importSuite('gsm8k', file('two.jsonl', row.replace('1?', '2?')))
    expect(other.fingerprint).not.toBe(plain.fingerprint)
  })

  it.each([
    ['gsm8k', '{"question": "1?", "answer": "#### 1"}\n\n{"question": "2?"}', 'x:3: answer: '],
    ['gsm8k', '{"question": "1?", "answer": "1"}', 'x:1: answer: does not end in ####'],
    ['gsm8k', '{', 'x:1: '],
    [
      'ifeval',
      '{"key": 7, "prompt": "a", "instruction_id_list": ["a:b"], "kwargs": []}',
      'key 7: IFEval has no instruction a:b',
    ],
    ['fastchat', '{"question_id": 1, "turns": ["a"]}\n'.repeat(2), 'two prompts with the id 1'],
    ['gsm8k', gzipSync(Buffer.alloc(65 * 2 ** 20)), 'unpacks to more than'],
  ] as const)('refuses %s with a fault', async (format, content, message) => {
    const error = await importSuite(format, file('x', content)).catch((reason: unknown) => reason)
    expect(String((error as Error).message)).toContain(message.replace(/^x:/, `${join(folder, 'x')}:`))
  })

  it('refuses a file that is not there, or too large', async () => {
    await expect(importSuite('gsm8k', join(folder, 'none'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(importSuite('gsm8k', file('large', Buffer.alloc(64 * 2 ** 20 + 1)))).rejects.toThrow(
      'at most 67108864',
    )
  })
})
