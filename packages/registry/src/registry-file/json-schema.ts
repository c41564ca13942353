import { z } from 'zod'
import { registrySchema } from './registry-schema.js'

/** The form of a registry as JSON Schema (draft 2020-12), for editors and other programs. */
export function registryJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(registrySchema, { io: 'input' })
}
