import { expect, test, vi } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { memoryModel } from '../test/memory-model.js'
import { run } from './run.js'

test('a report of progress that comes late writes nothing over the text', async () => {
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
    const [closingLine] = host.written.stderr.split('\r\u001b[2K').slice(2)
    expect(host.written.stderr).toBe(`\r\u001b[2KLoading m.gguf 50 %\r\u001b[2K${closingLine}`)
    expect(closingLine).toMatch(/^4 tokens · /)
  } finally {
    vi.useRealTimers()
  }
})
