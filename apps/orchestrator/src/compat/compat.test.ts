import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { main } from '../main.js'
import { explainedMismatch } from './explained-mismatch.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-compat-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function call(...args: readonly string[]) {
  const host = memoryHost()
  const exitCode = await main(args, host)
  return { exitCode, ...host.written }
}

/** A copy of the draft model with one token renamed, to a text that would clear the screen. */
function renamedDraft(): string {
  const file = readFileSync(fixtureModels.draft.q8_0)
  const name = Buffer.from('<|im_start|>')
  file.write('\u001b[2J', file.indexOf(Buffer.concat([Buffer.of(12, 0, 0, 0, 0, 0, 0, 0), name])) + 8)
  const path = join(folder, 'renamed.gguf')
  writeFileSync(path, file)
  return path
}

describe('foretoken compat', () => {
  it('says that a draft fits, and what it must bring', async () => {
    const { exitCode, stdout } = await call('compat', fixtureModels.base.f16, fixtureModels.draft.q8_0)
    expect([exitCode, stdout]).toMatchObject([0, expect.stringContaining('can draft for fore-base-3m.f16.gguf.')])
    expect(stdout).toMatch(/tokens drafted +1 +2 +4 +8 +16\n +pays from +\d+ %/)
  })

  it('ends with 1 where it does not, with the reason and the cure', async () => {
    const { exitCode, stdout } = await call('compat', fixtureModels.base.f16, renamedDraft())
    expect([exitCode, stdout]).toMatchObject([1, expect.stringContaining('cannot draft for fore-base-3m.f16.gguf.')])
    expect(stdout).toContain('token 4094 is "<|im_start|>" in the target and "\\u001b[2J')
    expect(stdout).toContain('use a draft model converted from the target’s own release')
    expect(stdout).not.toContain('\u001b')
    const { stdout: json } = await call('compat', fixtureModels.base.f16, join(folder, 'renamed.gguf'), '--json')
    expect(JSON.parse(json)).toMatchObject({
      ...{ compatible: false, reasons: [{ rule: 'token' }], firstDifference: { token: 4094 } },
      ...{ target: { architecture: 'qwen3' }, draft: { location: join(folder, 'renamed.gguf') } },
    })
  })

  it('ranks the models of a folder', async () => {
    const draft = join(folder, basename(fixtureModels.draft.q8_0))
    cpSync(fixtureModels.draft.q8_0, draft)
    renamedDraft()
    const { exitCode, stdout } = await call('compat', fixtureModels.base.f16, folder)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^1 of 2 smaller models can draft for .*\n +fits +fore-draft.*\n +no +renamed\.gguf/)
    const { stdout: json } = await call('compat', fixtureModels.base.f16, folder, '--json')
    expect(JSON.parse(json).drafts).toMatchObject([
      { compatible: true, draft: { location: draft } },
      { compatible: false },
    ])
  })

  it('says of a folder without a draft what was left out and what to look for', async () => {
    const bare = mkdtempSync(join(folder, 'bare-'))
    const cure = 'get a smaller model of the target\'s family, whose tokenizer is bpe "qwen2" with 4096 tokens'
    expect(await call('compat', fixtureModels.draft.q8_0, bare)).toMatchObject({
      exitCode: 1,
      stdout: `0 of 0 smaller models can draft for ${basename(fixtureModels.draft.q8_0)}.\n- ${cure}\n`,
    })
    cpSync(fixtureModels.base.q8_0, join(bare, 'large.gguf'))
    const { exitCode, stdout } = await call('compat', fixtureModels.draft.q8_0, bare)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/large\.gguf was left out: it reads \d{3} % of what the target reads for a token/)
    expect(stdout).toContain(`\n- ${cure}\n`)
    const { stdout: json } = await call('compat', fixtureModels.draft.q8_0, bare, '--json')
    expect(JSON.parse(json)).toMatchObject({ drafts: [], leftOut: [{ path: join(bare, 'large.gguf') }], cure })
  })

  it('tells a missing file from a draft that does not fit', async () => {
    const { exitCode, stdout, stderr } = await call('compat', fixtureModels.base.f16, join(folder, 'none.gguf'))
    expect([exitCode, stdout, stderr]).toEqual([3, '', expect.stringContaining('ERR_FILE_NOT_FOUND')])
  })
})

describe('a draft model of another vocabulary', () => {
  const mismatch = (draft: string) =>
    new SpeculationError('ERR_VOCABULARY_MISMATCH', 'they differ', {
      details: { draft, target: fixtureModels.base.f16 },
    })

  it('is refused with the reason and the cure', async () => {
    const error = (await explainedMismatch(mismatch(renamedDraft()))) as SpeculationError
    expect(error.message).toMatch(/cannot draft for .*: token 4094 is .*; a few tokens were renamed, use a draft model/)
    expect(error.details).toMatchObject({ reasons: [{ rule: 'token' }] })
  })

  it('keeps other errors, and those that the files do not explain', async () => {
    for (const error of [new Error('another'), mismatch(join(folder, 'none.gguf')), mismatch(fixtureModels.draft.f16)])
      expect(await explainedMismatch(error)).toBe(error)
  })
})

describe('foretoken inspect', () => {
  it('prints a table of what a model is', async () => {
    const { exitCode, stdout } = await call('inspect', fixtureModels.moe.q8_0, '--context', '2048')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/ architecture +qwen3moe\n/)
    expect(stdout).toMatch(/ experts +4 of 8 by default \(qwen3moe\.expert_used_count\)\n/)
    expect(stdout).toMatch(/ memory +[\d.]+ MB \(weights /)
  })

  it('prints everything as JSON', async () => {
    const { stdout } = await call('inspect', fixtureModels.base.f16, '--json', '--context', '512')
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ architecture: 'qwen3', vocabulary: { size: 4096 }, memory: { heads: 3 } },
      estimate: { cacheBytes: 512 * 4 * 2 * 64 * 2 },
    })
  })
})
