import { SpeculationError } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { chooseEngine, type EngineQuestion } from './engine-choice.js'

const built = { available: true, reason: '' }
const missing = { available: false, reason: 'the native engine is not built' }
const question: EngineQuestion = { wanted: 'auto', environment: undefined, native: built, hasGpu: false }

function refusal(changes: Partial<EngineQuestion>): SpeculationError {
  try {
    chooseEngine({ ...question, ...changes })
  } catch (error) {
    if (SpeculationError.is(error)) return error
    throw error
  }
  return expect.fail('an engine was chosen')
}

describe('the engine', () => {
  it.each([
    [{}, 'native'],
    [{ environment: '' }, 'native'],
    [{ hasGpu: true }, 'node-llama-cpp'],
    [{ native: missing }, 'node-llama-cpp'],
    [{ environment: 'node-llama-cpp' }, 'node-llama-cpp'],
    [{ environment: 'native', hasGpu: true }, 'native'],
    [{ wanted: 'native', environment: 'node-llama-cpp' }, 'native'],
    [{ wanted: 'node-llama-cpp', environment: 'native', native: missing }, 'node-llama-cpp'],
  ] as const)('of %j is %s', (changes, name) => {
    expect(chooseEngine({ ...question, ...changes })).toBe(name)
  })

  it.each([
    [{ wanted: 'native' }, "engine: 'native'"],
    [{ environment: 'native' }, 'FORETOKEN_ENGINE=native'],
  ] as const)('that was asked for and is not there is refused: %j', (changes, asked) => {
    const { code, message } = refusal({ ...changes, native: missing })
    expect(code).toBe('ERR_ENGINE_LOST')
    for (const words of [asked, missing.reason, 'npm run setup']) expect(message).toContain(words)
  })

  it.each([
    [{ wanted: 'vllm' as 'native' }, 'engine must be auto, native or node-llama-cpp, got "vllm"'],
    [{ environment: 'NATIVE' }, 'FORETOKEN_ENGINE must be auto, native or node-llama-cpp, got "NATIVE"'],
  ])('of another name is refused: %j', (changes, message) => {
    expect(refusal(changes)).toMatchObject({ code: 'ERR_OPTION_INVALID', message })
  })
})
