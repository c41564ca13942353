import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { EngineReport } from '../../src/engine/engine-bench.js'
import { main } from '../../src/main.js'
import { fakeHost } from '../fake-host.js'
import { temporaryFolder } from '../temporary-folder.js'

const folder = temporaryFolder()
beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', folder))
afterAll(() => void vi.unstubAllEnvs())

const quick = ['--models', 'base', '--max-tokens', '24', '--repetitions', '1', '--threads', '1']

it('engine tells the cost by width, and what the drafters bring by it', async () => {
  const host = fakeHost()
  const code = await main(['engine', ...quick, '--engines', 'node-llama-cpp', '--json'], host)
  const report = JSON.parse(host.output()) as EngineReport

  expect(code).toBe(0)
  expect(JSON.parse(readFileSync(join(folder, 'foretoken/bench/engine.json'), 'utf8'))).toEqual(report)
  const [engine] = report.models[0]?.engines ?? []
  expect(engine?.costs.map(({ width }) => width)).toEqual([1, 2, 3, 5, 9, 13, 17])
  expect(engine?.rows.map(({ drafter }) => drafter)).toEqual(['plain', 'oracle 8', 'oracle 16', 'hopeless 8'])
  for (const row of engine?.rows ?? []) expect(row.tokensPerSecond.median).toBeGreaterThan(0)
  // It does not say what it spends in llama_decode, and no engine that does was measured.
  expect(report.overhead).toEqual({ vocabulary: 151_936, rows: [] })
})

it.each([
  ['engine', ['--engines', 'node-llama-cpp']],
  ['end-to-end', ['--engines', 'foretoken/node-llama-cpp,node-llama-cpp']],
])('%s is interrupted, and writes nothing', async (command, engines) => {
  const host = fakeHost()
  const written = host.stderr.write.bind(host.stderr)
  host.stderr.write = ((chunk: string) => {
    if (chunk.startsWith('measuring')) setTimeout(() => host.interrupt(), 5)
    return written(chunk)
  }) as typeof host.stderr.write
  const out = join(folder, `${command}.json`)
  const code = await main([command, ...quick, '--repetitions', '50', ...engines, '--out', out], host)

  expect(code).toBe(130)
  expect(host.errors()).toContain('interrupted\n')
  expect(existsSync(out)).toBe(false)
})
