import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { ggmlTypes } from '@foretoken/registry/gguf'
import { afterAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { ENGINE_VERSION, startEngine } from '../../src/engine.js'
import { contextShape } from '../../src/engine-plan.js'
import { estimateMemory, type LoadModelOptions, loadModel } from '../../src/index.js'
import { planModel } from '../../src/model-plan.js'
import { engineNames } from '../engine-names.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-load-'))
afterAll(() => rmSync(folder, { recursive: true }))

const base = fixtureModels.base.q8_0
const threads = 1

async function refusal(path: string, options: LoadModelOptions = {}): Promise<SpeculationError> {
  try {
    await using _ = await loadModel(path, { threads, ...options })
  } catch (error) {
    if (!SpeculationError.is(error)) throw error
    expect(error.message).not.toContain('\n')
    return error
  }
  return expect.fail('the model was loaded')
}

/** The base model with a text in it replaced by another of the same length, wherever it stands. */
function replaced(from: string, to: string): string {
  const text = readFileSync(base, 'latin1')
  expect([text.includes(from), to.length]).toEqual([true, from.length])
  const path = join(folder, `${to.replaceAll(/\W/g, '-')}.gguf`)
  writeFileSync(path, text.replaceAll(from, to), 'latin1')
  return path
}

describe.each(engineNames)('on %s', (engine) => {
  describe('loading', () => {
    test('tells its progress and what it loaded', async () => {
      const rates: number[] = []
      await using model = await loadModel(base, { threads, engine, onProgress: (rate) => rates.push(rate) })
      expect(rates.every((rate, index) => rate >= (rates[index - 1] ?? 0) && rate <= 1)).toBe(true)
      expect(rates.at(-1)).toBe(1)
      expect(model.facts).toEqual({
        path: base,
        fileBytes: readFileSync(base).length,
        architecture: 'qwen3',
        parameters: 3_147_968,
        vocabularySize: 4096,
        tokenizerFingerprint: model.facts.tokenizerFingerprint,
        contextTokens: 2048,
        trainedContextTokens: 2048,
        batchTokens: 512,
        rollback: 'trim',
        hasChatTemplate: true,
        endOfTextTokens: [4093, 4095],
        threads: 1,
        engine,
        engineVersion: ENGINE_VERSION,
        backend: engine === 'native' ? 'cpu' : model.facts.backend,
      })
    })

    test('takes as many threads as the processor has cores, unless told', async () => {
      await using model = await loadModel(base, { engine })
      expect(model.facts.threads).toBeGreaterThanOrEqual(1)
    })

    test('replaces metadata', async () => {
      const prompt = fixturePrompts.find(({ kind }) => kind === 'rename')?.text ?? ''
      const leads = new Set<number | undefined>()
      for (const expert_used_count of [1, 4, 8]) {
        const metadataOverrides = { qwen3moe: { expert_used_count } }
        await using model = await loadModel(fixtureModels.moe.q8_0, { threads, engine, metadataOverrides })
        await using target = await model.openTarget()
        await using session = await target.open(model.tokenize(prompt, { special: true }))
        leads.add((await session.verify(new Int32Array(0))).topGap)
      }
      expect(leads.size).toBe(3)
    })
  })

  describe('what cannot be loaded', () => {
    test('an architecture that llama.cpp does not know', async () => {
      const error = await refusal(replaced('qwen3', 'qwen0'), { engine })
      expect(error).toMatchObject({ code: 'ERR_MODEL_UNSUPPORTED', details: { architecture: 'qwen0' } })
    })

    test('a model that llama.cpp refuses, in its words', async () => {
      const error = await refusal(replaced('blk.0.attn_q.weight', 'blk.0.attn_x.weight'), { engine })
      expect([error.code, error.message]).toEqual([
        'ERR_MODEL_UNSUPPORTED',
        expect.stringMatching(/says: .*'blk.0.attn_q.weight'/),
      ])
      expect(error.cause).toBeInstanceOf(Error)
    })

    test('a model over the budget', async () => {
      const { totalBytes } = await estimateMemory(base, { contextTokens: 512 })
      const error = await refusal(base, { engine, contextTokens: 512, memoryBudgetBytes: totalBytes - 1 })
      expect(error).toMatchObject({ code: 'ERR_BUDGET_EXCEEDED', details: { totalBytes, limitBytes: totalBytes - 1 } })
      await using _ = await loadModel(base, { threads, engine, contextTokens: 512, memoryBudgetBytes: totalBytes })
    })

    test.each([{ threads: 0 }, { threads: 1.5 }, { mayBlockMs: -1 }, { memoryBudgetBytes: 0 }])(
      '%j',
      async (options) => {
        expect((await refusal(base, { engine, ...options })).code).toBe('ERR_OPTION_INVALID')
      },
    )

    test('anything once the caller cancels, before and while it loads', async () => {
      expect(await refusal(base, { engine, signal: AbortSignal.abort('early') })).toMatchObject({
        code: 'ERR_ABORTED',
        cause: 'early',
      })
      const controller = new AbortController()
      const onProgress = () => controller.abort('late')
      const error = await refusal(base, { engine, signal: controller.signal, onProgress })
      expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: 'late' })
    })

    test('anything when the listener of the progress fails', async () => {
      const failing = loadModel(base, {
        threads,
        onProgress: () => {
          throw new Error('no terminal')
        },
      })
      await expect(failing).rejects.toThrow('no terminal')
    })
  })
})

describe('what this package knows of its engine', () => {
  test('is about the version in the manifest', () => {
    expect(manifest.dependencies['node-llama-cpp']).toBe(ENGINE_VERSION)
  })

  test('the sizes of tensor types', async () => {
    const { llama } = await startEngine()
    for (const path of Object.values(fixtureModels).flatMap(({ f16, q8_0 }) => [f16, q8_0])) {
      const { parameters, fileBytes } = (await planModel(path, {})).file
      const model = await llama.loadModel({ modelPath: path })
      expect(model.fileInsights.totalParameters).toBe(parameters)
      expect(model.size).toBeLessThan(fileBytes)
      await model.dispose()
    }
    const { _bindings: bindings } = llama as unknown as { _bindings: TypeBindings }
    for (let type = 0; bindings.getTypeSizeForGgmlType(type) !== undefined; type++) {
      const values = bindings.getBlockSizeForGgmlType(type)
      const bytes = bindings.getTypeSizeForGgmlType(type)
      expect({ type, layout: ggmlTypes.get(type) }).toEqual({
        type,
        layout: values === 0 ? undefined : expect.objectContaining({ values, bytes }),
      })
    }
  })

  test.each(['base', 'moe', 'hybrid', 'draft'] as const)('the memory that the %s model takes', async (name) => {
    for (const options of [{}, { contextTokens: 256 }, { contextTokens: 1024, batchTokens: 64 }]) {
      const estimate = await estimateMemory(fixtureModels[name].q8_0, options)
      const plan = await planModel(fixtureModels[name].q8_0, options)
      const { llama } = await startEngine()
      await using model = await llama.loadModel({ modelPath: plan.file.path })
      const shape = contextShape(plan, { llama, insights: model.fileInsights, contextTokens: plan.contextTokens })
      await using context = await model.createContext({ ...shape, threads })
      expect(estimate).toEqual({
        weightsBytes: model.memoryUsage.ram + model.memoryUsage.vram,
        contextBytes: context.memoryUsage.ram + context.memoryUsage.vram,
        totalBytes: estimate.weightsBytes + estimate.contextBytes,
        contextTokens: plan.contextTokens,
        batchTokens: plan.batchTokens,
      })
    }
  })
})

/** Private to node-llama-cpp; only this test looks at it. */
interface TypeBindings {
  getBlockSizeForGgmlType(type: number): number | undefined
  getTypeSizeForGgmlType(type: number): number | undefined
}
