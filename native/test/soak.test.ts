import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fixtureModels } from '@foretoken/fixtures'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('children/requests.mjs', import.meta.url))

it.each(['base', 'hybrid'] as const)(
  '%s: a context holds no more after a thousand requests over eight sequences than after a hundred',
  async (name) => {
    const flags = ['--expose-gc', '--single-threaded', '--no-opt', '--no-sparkplug']
    const args = [...flags, child, fixtureModels[name].q8_0]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 110_000 })
    const { early, late, outcomes } = JSON.parse(stdout)
    const { residentBytes, ...counts } = late
    expect(early).toMatchObject(counts)
    expect(counts).toMatchObject({ models: 1, contexts: 1, sequences: 0, calls: 0 })
    // A sanitizer keeps what was freed.
    if (!process.env['FORETOKEN_SANITIZE']) expect(residentBytes - early.residentBytes).toBeLessThan(2 ** 20)
    const kinds = ['enough', 'context-full', 'ERR_ABORTED', 'ERR_OPTION_INVALID', 'ERR_CONTEXT_FULL']
    for (const kind of kinds) expect(outcomes[kind]).toBeGreaterThan(5)
  },
)
