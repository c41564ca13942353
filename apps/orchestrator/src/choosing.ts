import { readFile, stat } from 'node:fs/promises'
import { type Sampling, SpeculationError } from '@foretoken/contract'
import { jsonSchemaGrammar } from '@foretoken/runner-llamacpp'
import { type SamplingOptions, samplingOf } from './sampling-options.js'

/** How the command line says that tokens are chosen. */
export interface ChoosingOptions extends SamplingOptions {
  /** A file with a GBNF grammar that the text must follow. */
  readonly grammar?: string
  /** A JSON Schema that the text must follow, or a file with one. */
  readonly jsonSchema?: string
}

/** How a model chooses its tokens; the target's own defaults where nothing is said. */
export interface Choosing {
  readonly sampling?: Sampling
  readonly grammar?: string
}

/** Largest file of a grammar or a schema, in bytes. */
const MOST_BYTES = 1_048_576

/** Reads what the options say and the files that they name. */
export async function readChoosing(options: ChoosingOptions): Promise<Choosing> {
  const sampling = samplingOf(options)
  const grammar = await readGrammar(options)
  return { ...(sampling && { sampling }), ...(grammar !== undefined && { grammar }) }
}

async function readGrammar({ grammar, jsonSchema }: ChoosingOptions): Promise<string | undefined> {
  if (grammar !== undefined) return readText('grammar file', grammar)
  if (jsonSchema === undefined) return undefined
  const isInline = /^\s*[{[]/.test(jsonSchema)
  const schema = parsed(isInline ? jsonSchema : await readText('JSON Schema', jsonSchema))
  return jsonSchemaGrammar(schema)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `--json-schema must be a JSON Schema or a file of one: ${reason}`,
      {
        cause,
      },
    )
  }
}

async function readText(what: string, path: string): Promise<string> {
  let text: string | undefined
  try {
    const { size } = await stat(path)
    if (size <= MOST_BYTES) text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the ${what} ${path} cannot be read`, { cause, details: { path } })
  }
  if (text?.trim() === '') throw new SpeculationError('ERR_OPTION_INVALID', `the ${what} ${path} is empty`)
  if (text !== undefined) return text
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `the ${what} must have at most ${MOST_BYTES} bytes, ${path} has more`,
  )
}
