import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { progressLine } from './progress-line.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is over in a moment is not mentioned', () => {
  const { stderr, written } = memoryHost({ terminal: true })
  const line = progressLine(stderr)
  line.show('Loading 5 %')
  vi.advanceTimersByTime(299)
  line.clear()
  vi.advanceTimersByTime(1_000)
  expect(written.stderr).toBe('')
})

test('what lasts is redrawn in place, only when it changes, and wiped', () => {
  const { stderr, written } = memoryHost({ terminal: true })
  {
    using line = progressLine(stderr)
    line.show('Loading 5 %')
    line.show('Loading 10 %')
    vi.advanceTimersByTime(300)
    line.show('Loading 10 %')
    line.show('Loading 20 %')
  }
  expect(written.stderr).toBe('\r\u001b[2KLoading 10 %\r\u001b[2KLoading 20 %\r\u001b[2K')
})

// A terminal that does not know its width says 0.
test.each([undefined, 0])('a line never wraps (%s columns)', (columns) => {
  const { stderr, written } = memoryHost({ terminal: true })
  Object.assign(stderr, { columns })
  using line = progressLine(stderr, { delayMs: 0 })
  line.show('x'.repeat(500))
  vi.advanceTimersByTime(0)
  expect(written.stderr).toBe(`\r\u001b[2K${'x'.repeat(79)}`)
})

test('a pipe gets nothing', () => {
  const { stderr, written } = memoryHost()
  using line = progressLine(stderr, { delayMs: 0 })
  line.show('Loading')
  vi.advanceTimersByTime(10)
  expect(written.stderr).toBe('')
})
