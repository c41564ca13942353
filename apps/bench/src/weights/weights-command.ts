import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fixturePath } from '@foretoken/fixtures'
import { readTrace, traceFiles } from '../replay/trace-file.js'
import { type LearnWeightsOptions, learnWeights } from './learn-weights.js'
import { weightsModule } from './weights-module.js'

/** The drafters that start with weights, and how each drafts. */
export const warmDrafters: Readonly<Record<'lookup' | 'suffix', LearnWeightsOptions>> = {
  lookup: { remembers: false, hashBits: 12 },
  suffix: { remembers: true, hashBits: 16 },
}

/** Name of a drafter that starts with weights. */
export type WarmDrafter = keyof typeof warmDrafters

/** Where a drafter's weights are kept, in the folder of the packages. */
export function weightsPath(packages: string, drafter: WarmDrafter): string {
  return join(packages, `drafter-${drafter}`, 'src', 'warm-weights.ts')
}

/** What `warm-weights.ts` of a drafter holds, learned anew from the traces of the fixtures. */
export async function learnedModule(drafter: WarmDrafter): Promise<string> {
  const paths = await traceFiles(fixturePath('traces'))
  return weightsModule(learnWeights(await Promise.all(paths.map((path) => readTrace(path))), warmDrafters[drafter]))
}

/** Writes the weights of every drafter; the result says where. */
export async function writeWeights(packages: string): Promise<string[]> {
  const written: string[] = []
  for (const drafter of Object.keys(warmDrafters) as WarmDrafter[]) {
    const path = weightsPath(packages, drafter)
    await writeFile(path, await learnedModule(drafter))
    written.push(path)
  }
  return written
}
