import { SpeculationError } from '@foretoken/contract'
import type { z } from 'zod'
import type { ImportSource } from './imported-suite.js'

const maxRows = 100_000
const maxLineCharacters = 4 * 2 ** 20

/** The rows of JSON Lines that fit a schema; `ERR_OPTION_INVALID` with the line of the first fault. Empty lines do not count. */
export function parseJsonl<Row>({ name, text }: ImportSource, schema: z.ZodType<Row>): Row[] {
  const rows: Row[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const fault = (message: string) => new SpeculationError('ERR_OPTION_INVALID', `${name}:${index + 1}: ${message}`)
    if (line.length > maxLineCharacters) throw fault(`a line has more than ${maxLineCharacters} characters`)
    if (rows.length === maxRows) throw fault(`more than ${maxRows} rows`)
    const { data, error } = schema.safeParse(jsonOf(line, fault))
    if (error) {
      const [issue] = error.issues
      throw fault(`${issue?.path.join('.')}: ${issue?.message}`)
    }
    rows.push(data)
  }
  return rows
}

function jsonOf(line: string, fault: (message: string) => Error): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw fault((error as Error).message)
  }
}
