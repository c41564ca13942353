import { readFile, stat } from 'node:fs/promises'
import { type Sampling, SpeculationError } from '@foretoken/contract'
import { type SamplingOptions, samplingOf } from './sampling-options.js'

/** How the command line says that tokens are chosen. */
export interface ChoosingOptions extends SamplingOptions {
  /** A file with a GBNF grammar that the text must follow. */
  readonly grammar?: string
}

/** How a model chooses its tokens; the target's own defaults where nothing is said. */
export interface Choosing {
  readonly sampling?: Sampling
  readonly grammar?: string
}

/** Largest grammar file, in bytes. */
const MOST_BYTES = 1_048_576

/** Reads what the options say and the files that they name. */
export async function readChoosing(options: ChoosingOptions): Promise<Choosing> {
  const sampling = samplingOf(options)
  const grammar = options.grammar === undefined ? undefined : await readGrammar(options.grammar)
  return { ...(sampling && { sampling }), ...(grammar !== undefined && { grammar }) }
}

async function readGrammar(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= MOST_BYTES) return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the grammar file ${path} cannot be read`, {
      cause,
      details: { path },
    })
  }
  throw new SpeculationError('ERR_OPTION_INVALID', `a grammar must have at most ${MOST_BYTES} bytes, ${path} has more`)
}
