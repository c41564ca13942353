import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fixtureModels } from '@foretoken/fixtures'
import ts from 'typescript'
import { expect, inject, test } from 'vitest'
import { temporaryFolder } from '../temporary-folder.js'

const folder = temporaryFolder()

// The module as the package ships it, without having to build the package.
function guardModule(): string {
  const source = readFileSync(join(import.meta.dirname, '../../src/server/process-guard.ts'), 'utf8')
  const path = join(folder, 'process-guard.mjs')
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
  writeFileSync(path, ts.transpileModule(source, { compilerOptions }).outputText)
  return path
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('no server outlives a keeper that %s ends', async (signal) => {
  const server = [inject('engines').llamaServer, '--model', fixtureModels.base.q8_0, '--port', '0', '--threads', '1']
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'guarded.mjs'), guardModule(), ...server], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: keeper.stdout }), 'line')
  const pid = Number(line)
  expect(isAlive(pid)).toBe(true)
  keeper.kill(signal)
  await once(keeper, 'exit')
  await expect.poll(() => isAlive(pid), { timeout: 20_000, interval: 50 }).toBe(false)
})
