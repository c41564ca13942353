import { existsSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels, fixturePath } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DoctorResult } from '../../src/index.js'
import { main } from '../../src/main.js'
import { memoryHost } from '../memory-host.js'
import { otherVocabulary } from '../other-vocabulary.js'

const { base, draft, hybrid, moe } = fixtureModels

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foretoken-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function examine(...args: readonly string[]): Promise<DoctorResult> {
  const host = memoryHost()
  const exitCode = await main(['doctor', ...args, '--threads', '1', '--json'], host)
  expect([exitCode, host.written.stderr]).toEqual([0, ''])
  return JSON.parse(host.written.stdout) as DoctorResult
}

// The native engine needs a compiler; its own room fails where there is one and no addon.
describe.runIf(existsSync(fixturePath('../native/build/foretoken.node')))('doctor', () => {
  it('measures a model and its draft model', async () => {
    const { machine, engine, model, draft: small, verdict } = await examine(base.q8_0, '--draft', draft.q8_0)
    expect(machine.copyBytesPerSecond).toBeGreaterThan(1e8)
    expect(engine.name).toBe('native')
    expect(engine.usesOpenMp).toBe(false)
    expect(model).toMatchObject({ architecture: 'qwen3', quantization: 'Q8_0', rollback: 'trim' })
    expect(model?.costs?.[0]?.width).toBe(1)
    expect(model?.loadSeconds).toBeGreaterThan(0)
    expect(model?.decoding?.assessment).toBe('cached')
    expect(model?.replay).toBeUndefined()
    expect(small).toMatchObject({ compatible: true, reasons: [] })
    expect(small?.secondsPerToken).toBeGreaterThan(0)
    // It was trained on the same texts.
    expect(small?.measured?.acceptedTokens).toBeGreaterThan(10)
    expect(verdict).toMatch(
      /^lookup and suffix .*; draft model: expected \d+\.\d\d×.*, (on|off)( \(the machine was busy: measure again\))?\.$/,
    )
  })

  it('measures the way back of a hybrid', async () => {
    const { model, verdict, refusals } = await examine(hybrid.q8_0)
    expect(model?.rollback).not.toBe('trim')
    expect(model?.replay?.length).toBeGreaterThan(0)
    expect(refusals.map(({ name }) => name)).toEqual(['recurrent-models'])
    expect(verdict).toMatch(/^lookup and suffix /)
  })

  it('names the experts of a mixture and their key', async () => {
    const { model } = await examine(moe.q8_0)
    expect(model?.experts).toMatchObject({ overrideKey: expect.stringContaining('expert_used_count') })
    expect(model?.activeParameters).toBeLessThan(model?.parameters ?? 0)
    expect(model?.drafters).toHaveLength(2)
  })

  it('says why a draft model does not suit, and what to do', async () => {
    const other = join(folder, 'other.gguf')
    writeFileSync(other, otherVocabulary(draft.q8_0))
    const { draft: small, findings, verdict } = await examine(base.q8_0, '--draft', other)
    expect(small?.compatible).toBe(false)
    expect(small?.reasons[0]).toMatchObject({ rule: 'token' })
    expect(findings.join(' ')).toMatch(/The draft model does not suit: token 5 is .*; .+\./)
    expect(verdict).toMatch(/draft model: not compatible \(token 5 is .*\), off/)
  })

  it('refuses what is no model', async () => {
    const path = join(folder, 'text.gguf')
    writeFileSync(path, 'no model')
    const host = memoryHost()
    expect(await main(['doctor', path], host)).toBe(3)
    expect(host.written.stderr).toMatch(/ERR_MODEL_FORMAT/)
    expect(await main(['doctor', join(folder, 'none.gguf')], memoryHost())).toBe(3)
  })
})
