import { expect } from 'vitest'
import { main } from '../src/index.js'
import { memoryHost } from './memory-host.js'

/** `foretoken … --json` in this process, on the real model. */
export async function callJson<Result>(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly result: Result }> {
  const host = memoryHost({ piped: '' })
  const exitCode = await main([...args, '--json'], host)
  expect(host.written.stderr).toBe('')
  return { exitCode, result: JSON.parse(host.written.stdout) as Result }
}
