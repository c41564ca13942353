import { SpeculationError } from '@foretoken/contract'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => vi.resetModules())
afterEach(() => vi.doUnmock('node-llama-cpp'))

/** What starting says, with a node-llama-cpp that exports these. */
async function refusal(engine: () => Record<string, unknown>): Promise<SpeculationError> {
  vi.doMock('node-llama-cpp', engine)
  const { startEngine } = await import('./engine.js')
  try {
    await startEngine()
  } catch (error) {
    if (SpeculationError.is(error)) return error
    throw error
  }
  return expect.fail('it started')
}

it('refuses another version of node-llama-cpp and names both', async () => {
  const error = await refusal(() => ({ getModuleVersion: async () => '3.0.0' }))
  expect(error).toMatchObject({ code: 'ERR_ENGINE_VERSION', details: { expected: '3.22.1', found: '3.0.0' } })
  expect(error.message).toContain('npm install')
})

it('says that node-llama-cpp is missing or unknown', async () => {
  const missing = await refusal(() => {
    throw new Error('Cannot find package')
  })
  expect(missing).toMatchObject({ code: 'ERR_ENGINE_VERSION', details: { found: 'none' } })
  expect(missing.cause).toBeInstanceOf(Error)
})

it('passes on why llama.cpp does not start, and tries again the next time', async () => {
  let tries = 0
  const getLlama = async () => {
    tries++
    throw new Error('no binary for this platform')
  }
  const engine = () => ({ getModuleVersion: async () => '3.22.1', getLlama, LlamaLogLevel: { error: 'error' } })
  const error = await refusal(engine)
  expect([error.code, error.message]).toEqual([
    'ERR_ENGINE_LOST',
    expect.stringContaining('no binary for this platform'),
  ])
  const { startEngine } = await import('./engine.js')
  await expect(startEngine()).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
  expect(tries).toBe(2)
})
