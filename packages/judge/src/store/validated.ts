import { SpeculationError } from '@foretoken/contract'
import type { z } from 'zod'

/** The value of JSON text that fits the schema; `name` says in errors where the text is. */
export function validated<Value>(text: string, schema: z.ZodType<Value>, name: string): Value {
  const result = schema.safeParse(parsed(text, name))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new SpeculationError('ERR_OPTION_INVALID', `${name}: ${issue?.path.map(String).join('.')}: ${issue?.message}`)
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${name} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
