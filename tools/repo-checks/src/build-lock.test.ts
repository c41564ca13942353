import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isStale, touch, withLock } from '../../lib/build-lock.mjs'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const quick = { pollMs: 1 }

/** A lock that a process left behind so many seconds ago. */
function leftLock(name: string, seconds: number): string {
  const file = join(folder, name)
  writeFileSync(file, '1\n')
  const then = new Date(Date.now() - seconds * 1_000)
  utimesSync(file, then, then)
  return file
}

describe('withLock', () => {
  it('runs one task at a time, and tells who waits', async () => {
    const file = join(folder, 'turns')
    const events: string[] = []
    const task = (name: string) => async () => {
      events.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      events.push(`${name} ends`)
      return name
    }
    const first = withLock(file, task('first'), quick)
    const second = withLock(file, task('second'), { ...quick, onWait: () => events.push('second waits') })

    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    expect(events).toEqual(['first begins', 'second waits', 'first ends', 'second begins', 'second ends'])
    expect(existsSync(file)).toBe(false)
  })

  it('lets go when the task fails', async () => {
    const file = join(folder, 'failure')
    await expect(withLock(file, () => Promise.reject(new Error('no')), quick)).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })

  it('takes the lock of a process that died', async () => {
    const file = leftLock('dead', 61)
    expect(await withLock(file, async () => 'built', quick)).toBe('built')
    expect(existsSync(file)).toBe(false)
  })

  it('waits for a process that gives signs of life', async () => {
    const file = leftLock('alive', 30)
    let waited = false
    const built = withLock(file, async () => 'built', {
      ...quick,
      onWait: () => {
        waited = true
        rmSync(file)
      },
    })
    expect(await built).toBe('built')
    expect(waited).toBe(true)
  })
})

describe('isStale', () => {
  it('tells by the last sign of life', () => {
    const file = leftLock('signs', 61)
    expect(isStale(file)).toBe(true)
    touch(file)
    expect(isStale(file)).toBe(false)
    expect(isStale(join(folder, 'none'))).toBe(false)
  })
})
