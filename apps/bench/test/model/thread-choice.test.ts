import { fixtureModels } from '@foretoken/fixtures'
import { type LoadedModel, loadModel } from '@foretoken/runner-llamacpp'
import { expect, it } from 'vitest'
import { loadFaster } from '../../src/demo/thread-choice.js'

const path = fixtureModels.base.q8_0

/** Loads with 2 threads where none are named, and keeps what it loaded. */
function loader() {
  const loaded: LoadedModel[] = []
  const load = async (threads = 2) => {
    const model = await loadModel(path, { threads })
    loaded.push(model)
    return model
  }
  const open = () => loaded.filter(isOpen)
  return { load, loaded, open }
}

function isOpen(model: LoadedModel): boolean {
  try {
    return model.tokenize('a').length > 0
  } catch {
    return false
  }
}

it('tries both and keeps the one it returns', async () => {
  const { load, loaded, open } = loader()
  await using model = await loadFaster(load, new AbortController().signal)

  expect(loaded.map(({ facts }) => facts.threads)).toEqual([2, 1])
  expect(open()).toEqual([model])
})

it('tries nothing where there is one thread anyway', async () => {
  const { load, loaded } = loader()
  await using model = await loadFaster(() => load(1), new AbortController().signal)

  expect(loaded).toEqual([model])
})

it('closes both when it is cancelled', async () => {
  const { load, loaded, open } = loader()
  await expect(loadFaster(load, AbortSignal.abort())).rejects.toThrow('cancelled')

  expect(loaded).toHaveLength(2)
  expect(open()).toEqual([])
})
