import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A holder that gave no sign of life for this long is taken for dead. */
const staleMs = 60_000

/**
 * Runs a task while nobody else runs it under the same lock file. The lock only saves work: where two processes both take
 * a dead holder's lock, both run the task.
 */
export async function withLock(file, task, { pollMs = 1_000, onWait = () => {} } = {}) {
  mkdirSync(dirname(file), { recursive: true })
  let waiting = false
  while (!take(file)) {
    if (isStale(file)) {
      discard(file)
      continue
    }
    if (!waiting) onWait()
    waiting = true
    await sleep(pollMs)
  }
  // A sign of life: also while the task waits for a child process.
  const beat = setInterval(() => touch(file), staleMs / 12)
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await task()
  } finally {
    clearInterval(beat)
    process.off('exit', release)
    release()
  }
}

/** Whether a file or folder has been touched within the time in which a live holder touches its lock. */
export function isStale(path) {
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs
  } catch {
    return false
  }
}

/** Gives a sign of life; what is gone stays gone. */
export function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {}
}

function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

// Renamed first: of two that find the same dead lock only one gets it.
function discard(file) {
  const grave = `${file}.${randomUUID()}`
  try {
    renameSync(file, grave)
    rmSync(grave, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}
