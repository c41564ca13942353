import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const fuzz = join(import.meta.dirname, '../fuzz/fuzz-headers.mjs')

// Runs what was built, in a process whose heap is limited: `npm run fuzz` does the same with 100,000.
test('2,000 mutated headers are read or refused, in bounded time and memory', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const args = ['--max-old-space-size=32', '--max-semi-space-size=2', fuzz, '2000', String(seed)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`with the seed ${seed}: ${error.stdout || error.stderr || error.message}`)
    },
  )
  const { counts, faults } = JSON.parse(stdout) as { counts: Record<string, number>; faults: unknown[] }
  expect({ seed, faults }).toEqual({ seed, faults: [] })
  // Damage that nobody notices and damage that is noticed are both there.
  expect(counts['read']).toBeGreaterThan(100)
  expect(counts['ERR_MODEL_FORMAT']).toBeGreaterThan(500)
})
