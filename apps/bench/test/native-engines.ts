import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'

/** `['native']`, or nothing where the addon is not built; its own room sees to it that it is where it can be. */
export async function nativeEngines(): Promise<readonly 'native'[]> {
  try {
    await using _model = await loadModel(fixtureModels.draft.q8_0, { threads: 1, engine: 'native' })
    return ['native']
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_ENGINE_LOST')) return []
    throw error
  }
}
