import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { estimateModelMemory, inspect, type ModelMemoryOptions } from '../../src/index.js'
import { type EngineSource, engineSource, findCompiler } from './engine-source.js'
import { writeEnlargedModel } from './enlarged-model.js'
import { memoryProgram } from './memory-program.js'

interface EngineMemory {
  readonly weightsBytes: number
  readonly keptBytes: number
  readonly computeBytes: number
  readonly residentBytes: number
}

const compiler = findCompiler()
const models = Object.entries(fixtureModels).flatMap(([name, { f16, q8_0 }]) => [
  [`${name} f16`, f16] as const,
  [`${name} q8_0`, q8_0] as const,
])
const cacheTypes = { f16: 1, q4_0: 2, q8_0: 8 } as const
type Settings = ModelMemoryOptions & {
  readonly keyType?: keyof typeof cacheTypes
  readonly valueType?: keyof typeof cacheTypes
}

// As Foretoken runs them: flash attention, a cache of F16, batches of 512.
const usual: readonly Settings[] = [512, 1024, 2048, 4096, 8192, 32768].map((contextTokens) => ({ contextTokens }))
const others: readonly Settings[] = [
  { contextTokens: 1024, flashAttention: false },
  { contextTokens: 1000, batchTokens: 77 },
  { contextTokens: 8192, batchTokens: 64, sequences: 4, keptStates: 3 },
  { contextTokens: 8192, flashAttention: false },
  { contextTokens: 32768, batchTokens: 256 },
  { contextTokens: 4096, keyType: 'q8_0', valueType: 'q8_0' },
  { contextTokens: 4096, keyType: 'q4_0', valueType: 'q4_0' },
]

describe.skipIf(compiler === undefined)('estimateModelMemory, against llama.cpp', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-memory-'))
  let engine: EngineSource
  let program: string

  beforeAll(() => {
    engine = engineSource(folder, compiler ?? '')
    program = engine.compile('memory', memoryProgram)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function allocated(path: string, options: Settings, decodes = false): EngineMemory {
    const { contextTokens = 0, batchTokens = Math.min(512, contextTokens), sequences = 1, keptStates = 0 } = options
    const { keyType = 'f16', valueType = 'f16', flashAttention = true } = options
    const numbers = [contextTokens, batchTokens, sequences, cacheTypes[keyType], cacheTypes[valueType]]
    const words = [...numbers, Number(flashAttention), keptStates, Number(decodes)].map(String)
    const said = execFileSync(program, [engine.libraries, path, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return JSON.parse(said) as EngineMemory
  }

  test.each(models)('%s: equals the sizes of its buffers', async (_, path) => {
    const facts = await inspect(path)
    for (const options of [...usual, ...others]) {
      const ours = estimateModelMemory(facts, options)
      const theirs = allocated(path, options)
      const kept = { weightsBytes: ours.weightsBytes, keptBytes: ours.cacheBytes + ours.recurrentBytes }
      expect({ options, ...kept }).toEqual({ options, weightsBytes: theirs.weightsBytes, keptBytes: theirs.keptBytes })
      const error = Math.abs(ours.computeBytes / theirs.computeBytes - 1)
      expect({ options, error }).toEqual({ options, error: expect.closeTo(0, usual.includes(options) ? 9 : 1) })
    }
  })
  test('a model of 0.2 billion parameters: what its process takes', async () => {
    const path = join(folder, 'enlarged.gguf')
    writeEnlargedModel(path)
    const facts = await inspect(path)
    for (const contextTokens of [512, 8192]) {
      const options = { contextTokens, batchTokens: 16 }
      const ours = estimateModelMemory(facts, options)
      const { residentBytes, ...theirs } = allocated(path, options, true)
      const { weightsBytes, cacheBytes, computeBytes } = ours
      expect(theirs).toEqual({ weightsBytes, keptBytes: cacheBytes, computeBytes })
      expect(Math.abs(ours.totalBytes / residentBytes - 1)).toBeLessThan(0.1)
    }
  })
})
