import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shippedRegistry } from '@foretoken/registry'
import { afterAll, describe, expect, test } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { main } from '../main.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-registry-'))
afterAll(() => rmSync(folder, { recursive: true }))
const shipped = fileURLToPath(shippedRegistry)

async function call(...args: readonly string[]) {
  const host = memoryHost()
  const exitCode = await main(args, host)
  return { exitCode, ...host.written }
}

describe('registry validate', () => {
  const path = join(folder, 'broken.yaml')
  writeFileSync(path, readFileSync(shipped, 'utf8').replace('port: 8080', 'port: 80800'))

  test('says that a registry is one', async () => {
    const { exitCode, stdout, stderr } = await call('registry', 'validate', shipped)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/epyc-9655\.yaml is a registry: \d+ models, \d+ roles, \d+ measurements\n$/)
  })

  test('names file, line and column of a fault', async () => {
    const { exitCode, stdout } = await call('registry', 'validate', path)
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((one) => one.includes('80800')) + 1
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining(`${path}:${line}:11: roles.0.port `)])
  })

  test('--json holds the same', async () => {
    const { exitCode, stdout } = await call('registry', 'validate', path, '--json')
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      3,
      { valid: false, issues: [{ path: 'roles.0.port', column: 11 }] },
    ])
  })

  test.each([
    [['registry', 'validate', join(folder, 'none')], 3],
    [['registry', 'validate'], 2],
    [['registry', 'show', '--registry', path], 3],
    [['registry', 'show', 'nobody'], 2],
  ])('%j ends with %i', async (args, exitCode) => {
    const result = await call(...args)
    expect(result.exitCode).toBe(exitCode)
    expect(result.stderr).toMatch(/^foretoken: .*\(ERR_/)
  })
})

describe('registry show', () => {
  test('is an overview', async () => {
    const { exitCode, stdout } = await call('registry', 'show')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/B specialists +coder_escalation \(default\) +qwen2\.5-coder-32b-instruct.* port 8081 +hot/)
    expect(stdout).toMatch(/C workers +worker_math +shares worker_general/)
  })

  test('of a role says server, predecessors and successor', async () => {
    const { stdout } = await call('registry', 'show', 'coder_escalation')
    expect(stdout).toMatch(/runs +qwen2\.5-coder-32b-instruct, Q4_K_M, draft .* \[model-reference\.md:19\]/)
    expect(stdout).toMatch(/before +qwen3-coder-53b-a3b-total-recall.* \[results-summary\.md:61\]/)
    expect(stdout).toMatch(/then +architect_coding +\[results-summary\.md:66\]/)
  })

  test('of a model says drafts, cautions and every figure', async () => {
    const { stdout } = await call('registry', 'show', 'Qwen3-Next-80B-A3B-Instruct')
    expect(stdout).toContain('qwen3next.expert_used_count, default 10 or 3')
    expect(stdout).toMatch(/caution +no lookup; reduce the experts/)
    expect(stdout).toMatch(/2025-12-15 +95\.2 tokens\/s .*\[optimization-plan\.md:304\]/)
    const { stdout: llama } = await call('registry', 'show', 'Meta-Llama-3-70B-Instruct')
    expect(llama).toMatch(/14\.9 tokens\/s .*; implausible: .*the bandwidth allows 11\.5 steps a second/)
    expect(stdout).toMatch(/8\.43 to 10\.12 tokens\/s .*\[results-summary\.md:80\]/)
    expect(stdout).toMatch(/lookup; it failed .*\[results-summary\.md:137\]/)
    const { stdout: json } = await call('registry', 'show', 'qwen3-0.6b', '--json')
    expect(JSON.parse(json)).toMatchObject({
      model: { id: 'qwen3-0.6b' },
      cautions: { sources: ['results-summary.md:940', 'results-summary.md:935'] },
    })
  })
})

test('registry show marks what is partial, out of date or does not count, and how far runs are apart', async () => {
  const { stdout } = await call('registry', 'show', 'qwen3-coder-480b-a35b-instruct')
  expect(stdout).toMatch(/quality +\d+\.?\d* %, from 83 % to 96 % by the run \[/)
  expect(stdout).toMatch(/95 % +qwen3-coder-480b-a35b-instruct; some suites only +\[results-summary\.md:783\]/)
  const { stdout: small } = await call('registry', 'show', 'deepseek-r1-distill-llama-8b')
  expect(small).toMatch(/easier questions, of before +\[results-summary\.md:878\]/)
  const { stdout: vision } = await call('registry', 'show', 'qwen3-vl-30b-a3b-instruct')
  expect(vision).toMatch(/scores do not count: no images were passed to the model/)
  const { stdout: coder } = await call('registry', 'show', 'qwen2.5-coder-32b-instruct')
  expect(coder).toMatch(/11 ×, 70\.8 % accepted .*\[optimization-plan\.md:118\]/)
  expect(coder).toMatch(/6\.5 tokens\/s .*; at summarise/)
  expect((await call('registry', 'show', 'embedder')).stdout).toMatch(/port +8090 to 8095/)
})

test('registry contradictions lists both sides', async () => {
  const { stdout } = await call('registry', 'contradictions')
  expect(stdout).toMatch(
    /family qwen3-next: default-experts \(claims\)\n.* 10 {2}\[speculative.*\n.* 10 .*\n.* 3 {2}\[research-progress\.md:272\]/,
  )
  expect(stdout).toMatch(/\d+ contradictions\n$/)
  expect(JSON.parse((await call('registry', 'contradictions', '--json')).stdout)).toHaveLength(
    Number(/(\d+) contr/.exec(stdout)?.[1]),
  )
})

describe('recommend', () => {
  test('shows what is fastest and good enough, with the lines', async () => {
    const { exitCode, stdout } = await call('recommend', 'math', '--quality', '90', '--memory', '24')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^For math: at least 90 % of the points in math, at most 24 GB\n\n {2}48\.5 tokens\/s +90 % +4\.9 GB +qwen2\.5-math-7b/,
    )
    expect(stdout).toMatch(/\d+ more do not fit; --rejected shows why\n$/)
  })

  test('--rejected says why the others do not', async () => {
    const { stdout } = await call('recommend', 'code', '--rejected')
    expect(stdout).toMatch(
      /174\.6 tokens\/s .* 51 × cannot be: a step brings at most K \+ 1 = 17 tokens +\[results-summary\.md:176\]/,
    )
  })

  test('ends with 1 where nothing fits', async () => {
    const { exitCode, stdout } = await call('recommend', 'code', '--memory', '0.2')
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('Nothing fits.')])
  })

  test('without a task it checks what the sources recommend', async () => {
    const { stdout } = await call('recommend')
    expect(stdout).toMatch(
      /code: qwen2\.5-coder-32b-instruct, 174\.6 tokens\/s, 72 % \[results-summary\.md:739\]: disputed/,
    )
    expect(JSON.parse((await call('recommend', '--json')).stdout)).toHaveLength(9)
  })

  test('a task that is not known gets those that are', async () => {
    const { exitCode, stderr } = await call('recommend', 'poetry')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('known are code, summarise, math')])
  })
})
