import { fixturePath } from '@foretoken/fixtures'
import { readTrace, traceFiles } from '../replay/trace-file.js'
import { learnWeights } from './learn-weights.js'
import { weightsModule } from './weights-module.js'

/** What the command `weights` prints: the module `warm-weights.ts`, learned anew from the traces of the fixtures. */
export async function learnedModule(): Promise<string> {
  const paths = await traceFiles(fixturePath('traces'))
  return weightsModule(learnWeights(await Promise.all(paths.map((path) => readTrace(path)))))
}
