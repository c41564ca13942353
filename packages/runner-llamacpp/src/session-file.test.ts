import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { refusal } from '../test/refusal.js'
import { sessionStore } from './session-file.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-session-'))
afterAll(() => rmSync(folder, { recursive: true }))

const storeOf = (model: string, mostBytes = 1000) => sessionStore({ modelFingerprint: async () => model, mostBytes })
const path = join(folder, 'session')
const state = Uint8Array.from({ length: 300 }, (_, index) => index)

describe('a session file', () => {
  it('gives back what was written, and takes the place of an earlier one', async () => {
    await storeOf('model').write(path, new Uint8Array(5))
    await storeOf('model').write(path, state)
    expect(Uint8Array.from(await storeOf('model').read(path))).toEqual(state)
    expect(readdirSync(folder)).toEqual(['session'])
  })

  it('of another model is refused', async () => {
    await storeOf('model').write(path, state)
    const error = await refusal(storeOf('other').read(path))
    expect([error.code, error.message]).toEqual(['ERR_MEMORY_FORMAT', expect.stringContaining('another model')])
  })

  it('that is larger than any session is not even read', async () => {
    await storeOf('model').write(path, state)
    const error = await refusal(storeOf('model', 299).read(path))
    expect([error.code, error.message]).toEqual(['ERR_MEMORY_FORMAT', expect.stringContaining('at most 375')])
  })

  it('that was cut or changed anywhere is refused', async () => {
    await storeOf('model').write(path, state)
    const whole = await readFile(path)
    const changed = fc.record({ place: fc.nat({ max: whole.length - 1 }), bit: fc.nat({ max: 7 }) })
    await fc.assert(
      fc.asyncProperty(changed, fc.nat({ max: whole.length - 1 }), async ({ place, bit }, length) => {
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place)
        for (const damaged of [bytes, whole.subarray(0, length)]) {
          await writeFile(path, damaged)
          expect((await refusal(storeOf('model').read(path))).code).toBe('ERR_MEMORY_FORMAT')
        }
      }),
    )
  })

  it('that is not there, or has no folder to be written to, is told', async () => {
    const error = await refusal(storeOf('model').read(join(folder, 'none')))
    expect(error).toMatchObject({ code: 'ERR_FILE_NOT_FOUND', cause: { code: 'ENOENT' } })
    expect((await refusal(storeOf('model').write(join(folder, 'no', 'session'), state))).code).toBe(
      'ERR_FILE_NOT_FOUND',
    )
    expect(readdirSync(folder)).toEqual(['session'])
  })
})
