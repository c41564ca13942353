import { expect, it } from 'vitest'
import { codedError, fakeNative } from '../../test/fake-native.js'
import { chooseThreads } from './choose-threads.js'

const shape = (contextTokens: number) => ({ contextTokens })
const model = { vocabularySize: 48, endOfTextTokens: [], rollback: 'sliding-window' } as const

/** A model whose tokens take as long as said for each number of threads. */
function timedNative(times: Readonly<Record<number, number>>) {
  const native = fakeNative(model)
  return {
    ...native,
    contexts: native.contexts,
    async createContext(options: Parameters<typeof native.createContext>[0]) {
      const context = await native.createContext(options)
      const open = context.open.bind(context)
      context.open = async (...args) => {
        const sequence = await open(...args)
        const verify = sequence.verify.bind(sequence)
        sequence.verify = async (draft) => ({ ...(await verify(draft)), verifyMs: times[options.threads] ?? 0 })
        return sequence
      }
      return context
    },
  }
}

it.each([
  [{ 1: 5, 4: 2 }, 4],
  [{ 1: 5, 4: 90 }, 1],
] as const)('%j milliseconds: takes %i threads, and frees what it tried', async (times, threads) => {
  const native = timedNative(times)
  const choice = await chooseThreads(native, { shape, wanted: [1, 4], signal: undefined })
  expect(choice).toEqual({ threads, rollback: 'sliding-window' })
  expect(native.contexts.map(({ disposed }) => disposed)).toEqual([true, true])
})

it('measures nothing where there is no choice', async () => {
  const native = fakeNative({
    ...model,
    beforeDecode: () => {
      throw new Error('decoded')
    },
  })
  await expect(chooseThreads(native, { shape, wanted: [3], signal: undefined })).resolves.toMatchObject({ threads: 3 })
})

it('says why it failed, and frees what it tried', async () => {
  const native = fakeNative({
    ...model,
    beforeDecode: () => {
      throw codedError('ERR_BUDGET_EXCEEDED', 'no memory')
    },
  })
  const choice = chooseThreads(native, { shape, wanted: [1, 2], signal: undefined })
  await expect(choice).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
  expect(native.contexts.map(({ disposed }) => disposed)).toEqual([true, true])
})
