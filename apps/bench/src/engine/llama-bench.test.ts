import { SpeculationError } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { parseLlamaBench, runLlamaBench } from './llama-bench.js'

const row = { build_commit: '0ad4a86', backends: 'CPU', n_gen: 16, avg_ts: 50, samples_ts: [49, 51] }

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (SpeculationError.is(error)) return error.code
    throw error
  }
  return ''
}

describe('parseLlamaBench', () => {
  it('reads the speed of every repetition', () => {
    expect(parseLlamaBench(JSON.stringify([row]))).toEqual({
      tokensPerSecond: [49, 51],
      backend: 'CPU',
      commit: '0ad4a86',
    })
  })

  it.each([
    ['nothing', ''],
    ['no test', '[]'],
    ['two tests', JSON.stringify([row, row])],
    ['no repetition', JSON.stringify([{ ...row, samples_ts: [] }])],
    ['a speed of nothing', JSON.stringify([{ ...row, samples_ts: [0] }])],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseLlamaBench(text))).toBe('ERR_ENGINE_LOST')
  })
})

describe('runLlamaBench', () => {
  const options = { model: 'm.gguf', threads: 1, tokens: 1, depth: 0, repetitions: 1 }

  it('says when the program is not there', async () => {
    await expect(runLlamaBench({ ...options, path: './no-such-program' })).rejects.toThrow('ended with ENOENT')
  })

  it('is cancelled', async () => {
    const signal = AbortSignal.abort()
    await expect(runLlamaBench({ ...options, path: process.execPath, signal })).rejects.toThrow('was cancelled')
  })
})
