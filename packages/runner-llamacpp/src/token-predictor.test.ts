import { CONTRACT_VERSION, type Draft, type Drafter, SpeculationError } from '@foretoken/contract'
import type { LlamaContextSequence, Token, TokenPredictor } from 'node-llama-cpp'
import { expect, test } from 'vitest'
import { asTokenPredictor, type TokenPredictorOptions } from './token-predictor.js'

const END = 9

/** What a drafter was told, in order. */
type Log = string[]

/** Drafts the numbers from the last token on. */
function countingDrafter(log: Log, draft: (last: number, maxTokens: number) => number[] = countOn): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'counting',
    learnsAcrossSessions: false,
    open(prompt, options) {
      log.push(`open ${prompt.join(' ')} ${options?.remember}`)
      let last = prompt.at(-1) ?? 0
      return {
        draft: ({ maxTokens }): Draft => ({ tokens: Int32Array.from(draft(last, maxTokens)), drafter: 'counting' }),
        commit(tokens) {
          log.push(`commit ${tokens.join(' ')}`)
          last = tokens.at(-1) ?? last
        },
        async [Symbol.asyncDispose]() {
          log.push('close')
        },
      }
    },
    [Symbol.dispose]: () => void log.push('dispose'),
  }
}

function countOn(last: number, maxTokens: number): number[] {
  return Array.from({ length: maxTokens }, (_, index) => last + 1 + index)
}

function sequence({ isHybrid = false }: { isHybrid?: boolean } = {}): LlamaContextSequence {
  const model = {
    fileInsights: { isHybrid, isRecurrent: false },
    fileInfo: { metadata: { general: { architecture: 'lfm2' }, tokenizer: { ggml: { tokens: Array(20).fill('x') } } } },
    isEogToken: (token: number) => token === END,
  }
  return { model } as unknown as LlamaContextSequence
}

async function reset(predictor: TokenPredictor, tokens: number[], targetSequence = sequence()): Promise<void> {
  await predictor.reset({ targetSequence, stateTokens: tokens as Token[], evaluateOptions: {} })
}

function predictorOf(log: Log, options?: TokenPredictorOptions, draft = countOn): TokenPredictor {
  return asTokenPredictor(countingDrafter(log, draft), options)
}

test('opens a session at each reset, commits what is pushed, and leaves the drafter to the caller', async () => {
  const log: Log = []
  const predictor = predictorOf(log, { maxTokens: 3 })
  await reset(predictor, [1, 2])
  expect(await predictor.predictTokens()).toEqual([3, 4, 5])
  predictor.pushTokens([4, 11] as Token[])
  expect(await predictor.predictTokens()).toEqual([12, 13, 14])
  await reset(predictor, [1])
  await predictor.dispose()
  expect(log).toEqual(['open 1 2 outputs', 'commit 4 11', 'close', 'open 1 outputs', 'close'])
})

test.each([
  { name: 'an end of text', drafted: [10, END, 11], predicted: [10] },
  { name: 'an unknown token', drafted: [10, 20], predicted: [10] },
  { name: 'a negative token', drafted: [-1], predicted: [] },
  { name: 'more than asked for', drafted: [1, 2, 3, 4, 5, 6, 7, 8, 1, 1], predicted: [1, 2, 3, 4, 5, 6, 7, 8] },
])('a prediction ends before $name', async ({ drafted, predicted }) => {
  const predictor = predictorOf([], {}, () => drafted)
  await reset(predictor, [1])
  expect(await predictor.predictTokens()).toEqual(predicted)
})

test('a drafter that throws predicts nothing until the next reset', async () => {
  const log: Log = []
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const predictor = predictorOf(log, { maxTokens: 1, onError }, (last, maxTokens) => {
    if (last === 13) throw new Error('unlucky')
    return countOn(last, maxTokens)
  })
  await reset(predictor, [12])
  predictor.pushTokens([13] as Token[])
  expect(await predictor.predictTokens()).toEqual([])
  predictor.pushTokens([14] as Token[])
  expect(await predictor.predictTokens()).toEqual([])
  await reset(predictor, [14])
  expect(await predictor.predictTokens()).toEqual([15])
  expect(errors).toEqual([new Error('unlucky')])
  expect(log).toEqual(['open 12 outputs', 'commit 13', 'close', 'open 14 outputs'])
})

test('a session that cannot be opened, takes no token or does not close stops no text', async () => {
  const fail = (): never => {
    throw new Error('broken')
  }
  const errors: unknown[] = []
  const broken = countingDrafter([])
  const options = { onError: (error: unknown) => void errors.push(error) }
  const shut = asTokenPredictor({ ...broken, open: fail }, options)
  await reset(shut, [1])
  expect(await shut.predictTokens()).toEqual([])
  const session = { ...broken.open(Int32Array.of(1)), commit: fail, [Symbol.asyncDispose]: fail }
  const stuck = asTokenPredictor({ ...broken, open: () => session }, options)
  await reset(stuck, [1])
  stuck.pushTokens([2] as Token[])
  expect(await stuck.predictTokens()).toEqual([])
  expect(errors).toHaveLength(3)
})

test('refuses models whose text node-llama-cpp would change, by name', async () => {
  const error: unknown = await reset(predictorOf([]), [1], sequence({ isHybrid: true })).catch((reason) => reason)
  expect(SpeculationError.is(error, 'ERR_MODEL_UNSUPPORTED')).toBe(true)
  expect(String(error)).toContain('lfm2')
})

test('is of no use after its end', async () => {
  const predictor = predictorOf([])
  await reset(predictor, [1])
  await predictor.dispose()
  expect(await predictor.predictTokens()).toEqual([])
  await expect(reset(predictor, [1])).rejects.toThrow('per sequence')
})

test.each([{ maxTokens: 0 }, { maxTokens: 1.5 }, { minProbability: 2 }, { minProbability: Number.NaN }])(
  'refuses %o',
  (options) => {
    expect(() => predictorOf([], options)).toThrow(SpeculationError)
  },
)
