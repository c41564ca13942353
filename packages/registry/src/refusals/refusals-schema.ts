import { z } from 'zod'
import type { Refusal } from './refusal.js'

const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
const text = z.string().min(1).max(500)
// No semicolon: what stands behind one in a message is its cure.
const clause = text.regex(/^[^;]*[^.;]$/)

const refusal: z.ZodType<Refusal> = z.strictObject({
  name,
  aliases: z.array(name),
  kind: z.enum(['drafter', 'situation']),
  title: text,
  figure: text,
  reason: clause,
  cause: text,
  sources: z.array(z.string().regex(/^([a-z-]+\.md:[1-9]\d*|docs\/[a-z-]+\.md|https:\/\/\S+)$/)).min(1),
  revival: z.array(text).min(1),
  since: text.exactOptional(),
  instead: clause,
})

/** A file of refusals. */
export interface RefusalFile {
  readonly formatVersion: 1
  readonly refusals: readonly Refusal[]
}

/** The form of `knowledge/refusals.yaml`. */
export const refusalsSchema: z.ZodType<RefusalFile> = z.strictObject({
  formatVersion: z.literal(1),
  refusals: z.array(refusal).refine((all) => {
    const names = all.flatMap((one) => [one.name, ...one.aliases])
    return new Set(names).size === names.length
  }, 'a name stands for two refusals'),
})

/** The form as JSON Schema (draft 2020-12). */
export function refusalsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(refusalsSchema, { io: 'input' })
}
