import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import { inflate } from './inflate/inflate.js'
import { type InflatedSize, inflatedSizes, presetShape } from './inflate/presets.js'
import { percent } from './progress-line.js'

/** A model that benches run on: the base fixture model, as it is or inflated. */
export type BenchModelName = 'base' | InflatedSize

const benchModelNames: readonly BenchModelName[] = ['base', ...inflatedSizes]

/** The format of its weights. */
export type BenchFormat = 'q8_0' | 'f16'

/** Path of a bench's model; an inflated one is made once, in a cache outside the checkout. */
export async function benchModel(
  name: BenchModelName,
  format: BenchFormat,
  { onProgress, signal }: { onProgress: (topic: string, detail?: string) => void; signal: AbortSignal },
): Promise<string> {
  const path = fixtureModels.base[format]
  if (name === 'base') return path
  const { path: inflated } = await inflate({
    path,
    shape: (source) => presetShape(name, source),
    onProgress: ({ doneBytes, totalBytes }) =>
      onProgress(`making the ${name} model, once`, percent(doneBytes, totalBytes)),
    signal,
  })
  return inflated
}

/** The models of a command line. */
export function parseModelNames(value: string): BenchModelName[] {
  return value.split(',').map((wanted) => {
    const found = benchModelNames.find((name) => name === wanted)
    if (found !== undefined) return found
    throw new SpeculationError('ERR_OPTION_INVALID', `--models takes ${benchModelNames.join(', ')}; got "${wanted}"`)
  })
}
