import { expect, test, vi } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { memoryModel } from '../test/memory-model.js'
import { run } from './run.js'

/** Back to the start of the line, and nothing on it. */
const WIPE = '\r\u001b[2K'

test('loading and a long prompt show how far they are, and a late report writes over nothing', async () => {
  vi.useFakeTimers()
  try {
    const host = memoryHost({ piped: '', terminal: true })
    let report = (_rate: number) => {}
    const late = () => {
      report(1)
      vi.advanceTimersByTime(300)
    }
    const model = memoryModel({ answer: () => 'abc', onVerify: late })
    const exitCode = await run({ model: 'm.gguf', prompt: 'x' }, host, {
      loadModel: async (_path, { onProgress = report }) => {
        report = onProgress
        report(0.5)
        vi.advanceTimersByTime(300)
        return model
      },
    })
    expect(exitCode).toBe(0)
    const [, loading, , reading, closingLine, ...more] = host.written.stderr.split(WIPE)
    expect([loading, reading, more]).toEqual(['Loading m.gguf 50 %', 'Reading the prompt: 7 of 7 tokens', []])
    expect(closingLine).toMatch(/^4 tokens · /)
  } finally {
    vi.useRealTimers()
  }
})
