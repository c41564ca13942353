import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const graceSeconds = 5

// Reads until its standard input ends, which is when whoever held the other end is gone, however it went.
const script = `read -r _
kill -TERM -"$1" 2>/dev/null
n=0
while kill -0 -"$1" 2>/dev/null && [ $n -lt ${graceSeconds * 10} ]; do sleep 0.1; n=$((n+1)); done
kill -KILL -"$1" 2>/dev/null`

/** Ends a process group when this process is gone, even by SIGKILL. Disposal ends the guard alone. */
export function guardProcessGroup(pid: number): Disposable {
  return process.platform === 'win32' ? guardAtExit(pid) : guardFromOutside(pid)
}

function guardFromOutside(pid: number): Disposable {
  // A session of its own: Ctrl-C in the terminal reaches neither it nor the server.
  const guard = spawn('/bin/sh', ['-c', script, 'foretoken-guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  // A pipe is a socket; neither it nor the guard keeps this process alive.
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return {
    [Symbol.dispose]() {
      guard.kill('SIGKILL')
    },
  }
}

// Windows has no process groups to end from outside; an ordinary exit is covered.
function guardAtExit(pid: number): Disposable {
  const end = (): void => endGroup(pid, 'SIGKILL')
  process.once('exit', end)
  return { [Symbol.dispose]: () => void process.off('exit', end) }
}

/** Sends a signal to a process and its children; a process that is gone hears nothing. */
export function endGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It is gone.
  }
}

/** Whether an end comes within this time. */
export async function endsWithin(ended: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false)
  const inTime = await Promise.race([ended.then(() => true), late])
  timer.abort()
  return inTime
}
