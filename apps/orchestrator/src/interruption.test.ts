import { expect, test } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { listenForInterruption } from './interruption.js'

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s aborts, with exit code %i; the second ends the process', (name, code) => {
  const host = memoryHost()
  using interruption = listenForInterruption(host)
  expect([interruption.signal.aborted, interruption.exitCode]).toEqual([false, 0])
  host.signal(name)
  expect([interruption.signal.aborted, interruption.exitCode, host.ended]).toEqual([true, code, []])
  host.signal(name)
  expect(host.ended).toEqual([name])
})

test('rearming forgets a Ctrl-C, but not a termination', () => {
  const host = memoryHost()
  using interruption = listenForInterruption(host)
  host.signal('SIGINT')
  interruption.rearm()
  expect([interruption.signal.aborted, interruption.exitCode]).toEqual([false, 0])
  host.signal('SIGTERM')
  interruption.rearm()
  expect([interruption.signal.aborted, interruption.exitCode]).toEqual([true, 143])
})

test('a reader that goes away aborts without a complaint', () => {
  const host = memoryHost()
  using interruption = listenForInterruption(host)
  host.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  expect([interruption.signal.aborted, interruption.exitCode, interruption.readerGone]).toEqual([true, 0, true])
  expect(() => host.stdout.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).toThrow('full')
})

test('disposal gives the signals back', () => {
  const host = memoryHost()
  listenForInterruption(host)[Symbol.dispose]()
  expect([host.listeners('SIGINT'), host.listeners('SIGTERM'), host.stdout.listenerCount('error')]).toEqual([0, 0, 0])
})
