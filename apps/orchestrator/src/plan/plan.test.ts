import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, describe, expect, test } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { otherVocabulary } from '../../test/other-vocabulary.js'
import { main } from '../main.js'
import { program } from '../program.js'
import type { RunOptions } from '../run-options.js'
import type { PlanResult } from './plan-result.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function call(...args: readonly string[]) {
  const host = memoryHost()
  const exitCode = await main(['plan', ...args], host)
  expect(host.listeners('SIGINT')).toBe(0)
  return { exitCode, ...host.written }
}

async function result(...args: readonly string[]): Promise<PlanResult> {
  const { exitCode, stdout, stderr } = await call(...args, '--json')
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as PlanResult
}

const { base, draft, moe } = fixtureModels

describe('the shipped registry', () => {
  test('is planned for this machine: every model has a place and a reason', async () => {
    const { registry, memory, launches } = await result()
    expect(registry).toBe('epyc-9655')
    expect(memory.models.length).toBeGreaterThan(15)
    for (const { because } of memory.models) expect(because).toMatch(/^It.*\.$/)
    expect(memory.loadedBytes).toBeLessThanOrEqual(memory.budgetBytes)
    expect(launches.map(({ name }) => name)).toContain('coder_escalation')
    expect(launches.map(({ name }) => name)).not.toContain('worker_math')
  })

  test('is told to people, too', async () => {
    const { exitCode, stdout } = await call()
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Registry epyc-9655\n\nRoles\n {2}frontdoor +llama-server +qwen3-coder-30b/)
    expect(stdout).toMatch(/\nMemory: models may take [\d.]+ [GT]B; /)
    expect(stdout).toContain('foretoken plan ROLE says how a role is started, and why.')
  })

  test('a role has a command and a sentence for every choice', async () => {
    const { stdout } = await call('worker_math')
    expect(stdout).toContain('worker_math: qwen2.5-7b-instruct f16, on the server of worker_general')
    expect(stdout).toMatch(/llama-server --model \S+ --alias worker_general,worker_math --port 8082 /)
    expect(stdout).toMatch(/\n {2}threads +One thread for each of /)
    expect(stdout).toMatch(/\n {2}OpenMP +Whether the program is linked with OpenMP|The engine is /)
    expect(stdout).toMatch(/on this machine\.\n/)
  })

  test('a role that nobody knows is refused with those that are known', async () => {
    const { exitCode, stderr } = await call('poet')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('there is no role "poet"; known are frontdoor, ')
  })
})

describe('a registry of one’s own', () => {
  test('with a fault is refused with its line', async () => {
    const path = join(folder, 'mine.yaml')
    writeFileSync(path, 'formatVersion: 1\nname: 5\n')
    const { exitCode, stderr } = await call('--registry', path)
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/mine\.yaml:\d+:\d+: .*ERR_REGISTRY_FORMAT/)
  })

  test('that is not there is refused', async () => {
    expect((await call('--registry', join(folder, 'none.yaml'))).exitCode).toBe(3)
  })
})

describe('a file', () => {
  test('is planned from what it says itself', async () => {
    const { launches, memory } = await result(base.q8_0, '--draft', draft.q8_0, '--context', '512')
    const [launch] = launches
    expect(launch?.plan.engine).toBe('embedded')
    expect(launch?.plan.command.join(' ')).toMatch(
      /^foretoken run \S+fore-base-3m\.q8_0\.gguf( --threads \d+)? --context 512 --draft \S+fore-draft-1m\.q8_0\.gguf$/,
    )
    expect(memory.models).toMatchObject([{ name: 'fore-base-3m.q8_0', place: 'hot' }])
    expect(memory.models[0]?.bytes).toBeGreaterThan(4e6)
  })

  test('has a command that foretoken itself understands', async () => {
    const { launches } = await result(moe.q8_0, '--context', '512')
    const seen: RunOptions[] = []
    const run = async (options: RunOptions): Promise<void> => void seen.push(options)
    const actions = { run } as unknown as Parameters<typeof program>[1]
    const args = launches[0]?.plan.command.slice(launches[0].plan.command.indexOf('run')) ?? []
    await program(memoryHost(), actions).parseAsync(args, { from: 'user' })
    expect(seen).toMatchObject([{ model: moe.q8_0, context: 512, drafter: 'auto' }])
  })

  test('with a draft model that does not suit says why, and does without', async () => {
    const other = join(folder, 'other.gguf')
    writeFileSync(other, otherVocabulary(draft.q8_0))
    const { launches } = await result(base.q8_0, '--draft', other)
    const drafting = launches[0]?.plan.choices.find(({ about }) => about === 'drafting')
    expect(drafting?.because).toMatch(/The draft model does not suit: token 5 is .*; .*\.$/)
    expect(launches[0]?.plan.command).not.toContain('--draft')
  })

  test('with a projector runs on llama-server', async () => {
    const { launches } = await result(base.q8_0, '--mmproj', '/m/mmproj.gguf')
    expect(launches[0]?.plan.engine).toBe('llama-server')
    expect(launches[0]?.plan.command).toContain('--mmproj')
  })

  test('on a llama-server of one’s own knows whether that is linked with OpenMP', async () => {
    const program = join(folder, 'llama-server')
    writeFileSync(program, 'asks for libgomp.so.1')
    const { launches } = await result(base.q8_0, '--program', program)
    expect(launches[0]?.plan.command[0]).toBe(program)
    expect(launches[0]?.plan.environment).toEqual({})
    expect(launches[0]?.plan.choices.find(({ about }) => about === 'OpenMP')?.because).toContain('was not measured')
  })

  test('that is none is an error', async () => {
    expect((await call(join(folder, 'none.gguf'))).exitCode).toBe(3)
  })
})

describe('exports', () => {
  test('are printed, or written into a folder', async () => {
    const { stdout } = await call('--export', 'llama-swap')
    expect(stdout).toMatch(/^# llama-swap\.yaml\nmodels:\n {2}frontdoor:\n/)
    const { exitCode, stdout: said } = await call(
      base.q8_0,
      '--export',
      'llama.cpp-rpc',
      '--rpc',
      '10.0.0.2:50052',
      '--out',
      folder,
    )
    expect(exitCode).toBe(0)
    expect(said).toContain('wrote ')
    expect(readFileSync(join(folder, 'rpc-server-fore-base-3m.q8_0.sh'), 'utf8')).toContain('--rpc 10.0.0.2:50052')
    expect(readdirSync(folder).filter((name) => name.includes('.partial'))).toEqual([])
  })

  test.each(['vllm', 'sglang', 'gpustack'])('%s has a file for every model', async (target) => {
    const { exported, launches } = await result(base.q8_0, '--export', target)
    expect(exported?.files).toHaveLength(launches.length)
    expect(exported?.notes.length).toBeGreaterThan(0)
  })

  test('refuse a bad address and an unknown program', async () => {
    expect((await call(base.q8_0, '--rpc', '10.0.0.2')).exitCode).toBe(2)
    expect((await call('--export', 'ollama')).exitCode).toBe(2)
  })
})

test('the help teaches', async () => {
  const { exitCode, stdout } = await call('--help')
  expect(exitCode).toBe(0)
  for (const text of ['foretoken plan coder_escalation', '--export', 'hyper-threads left out'])
    expect(stdout).toContain(text)
})
