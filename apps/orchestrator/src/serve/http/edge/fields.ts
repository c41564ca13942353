import { z } from 'zod'

/** Clients send `null` for what they leave out. */
export type Maybe<Value> = Value | null | undefined

/** The schemas of an interface's fields. */
export type FieldsOf<Body> = { readonly [Key in keyof Body]-?: z.ZodType<Body[Key]> }

/** The `speculation` field: how a request wants to be drafted for, and what it wants to see of it. */
export interface SpeculationBody {
  readonly off?: Maybe<boolean>
  readonly drafters?: Maybe<readonly string[]>
  readonly maxTokens?: Maybe<number>
  readonly trace?: Maybe<boolean>
}

const speculation: z.ZodType<SpeculationBody> = z
  .object({
    off: z.boolean().nullish().meta({ description: 'Plain decoding.' }),
    drafters: z.array(z.string().min(1).max(64)).max(16).nullish().meta({ description: 'Drafters to choose among.' }),
    maxTokens: z.int().min(1).max(64).nullish().meta({ description: 'Most tokens of a draft.' }),
    trace: z.boolean().nullish().meta({ description: 'Shows every step with the answer.' }),
  })
  .meta({ description: 'Foretoken’s own: nothing of it changes the answer’s text.' })

/** What every request for a text can have. */
export interface CommonBody {
  readonly model: string
  readonly stream?: Maybe<boolean>
  readonly temperature?: Maybe<number>
  readonly top_p?: Maybe<number>
  readonly top_k?: Maybe<number>
  readonly min_p?: Maybe<number>
  readonly seed?: Maybe<number>
  readonly speculation?: Maybe<SpeculationBody>
}

/** The schema of a request's `model`. */
export const modelField: z.ZodType<string> = z
  .string()
  .min(1)
  .max(512)
  .meta({ description: 'A name of /v1/models: a model, a role as `role:coder_primary`, or `auto`.' })

/** Schemas of {@link CommonBody}. */
export const commonFields: FieldsOf<CommonBody> = {
  model: modelField,
  stream: z.boolean().nullish(),
  temperature: z
    .number()
    .min(0)
    .max(100)
    .nullish()
    .meta({ description: '0 takes the most probable token. Default 1.' }),
  top_p: z.number().min(0).max(1).nullish().meta({ description: 'Default 1.' }),
  top_k: z.int().min(0).max(1_000_000).nullish().meta({ description: '0 keeps all. Default 0.' }),
  min_p: z.number().min(0).max(1).nullish().meta({ description: 'Default 0.' }),
  seed: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .nullish()
    .meta({ description: 'The same seed gives the same answer, whatever drafts. Default: drawn.' }),
  speculation: speculation.nullish(),
}

/** Strings that end an answer: one, or up to 16, none of them empty. */
export const stopStrings: z.ZodType<string | readonly string[]> = z.union([
  z.string().min(1).max(1024),
  z.array(z.string().min(1).max(1024)).max(16),
])

/** JSON Schemas, and other objects that are handed on as they are. */
export const anyObject: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown())
