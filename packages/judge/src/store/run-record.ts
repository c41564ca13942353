import { z } from 'zod'

/** Plain facts by name; only what stays the same from start to start, for a run goes on only where all are the same. */
export type Facts = Readonly<Record<string, string | number | boolean>>

/** A model as a file. */
export interface RunModel {
  readonly path: string
  readonly bytes: number
  /** SHA-256 of the file or its header, in hexadecimal. */
  readonly hash: string
}

/** Who answers, and all that its answers and timings depend on. */
export interface RunSubject {
  readonly model: RunModel
  /** What is varied between runs of one model, such as experts or draft length. */
  readonly configuration: { readonly name: string; readonly settings: Facts }
  readonly engine: { readonly name: string; readonly version: string; readonly settings: Facts }
  readonly machine: Facts
  /** Versions of packages. */
  readonly packages: Readonly<Record<string, string>>
}

/** How answers are sampled. */
export interface RunSampling {
  /** 0 to 2; 0 is greedy. */
  readonly temperature: number
  /** Seed of the first repetition; each further one has the next. */
  readonly seed: number
  /** Most tokens of an answer whose prompt names no limit. */
  readonly maxTokens: number
}

/** Everything that repeating a run takes: `run.json`. */
export interface RunRecord extends RunSubject {
  readonly format: 1
  readonly runId: string
  /** The suite itself is in `suites/`, under this identity. */
  readonly suite: { readonly suite: string; readonly version: number; readonly fingerprint: string }
  readonly sampling: RunSampling
  /** The run whose scores this one inherits where its answers are the same. Absent: it has its own. */
  readonly baseline?: string
  readonly prompts: number
  /** Answers to every prompt. */
  readonly repetitions: number
  /** ISO 8601. */
  readonly startedAt: string
}

const name = z.string().min(1).max(1000)
const fact = z.union([z.string().max(1000), z.number(), z.boolean()])
const facts: z.ZodType<Facts> = z
  .record(z.string().max(100), fact)
  .refine((all) => Object.keys(all).length <= 200, 'has more than 200 facts')

/** Form of a run's name, which is a folder's name, too. */
export const runIdSchema: z.ZodType<string> = z
  .string()
  .max(160)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'is no name of a run')

/** Form of `run.json`. */
export const runRecordSchema: z.ZodType<RunRecord> = z.strictObject({
  format: z.literal(1),
  runId: runIdSchema,
  suite: z.strictObject({ suite: name, version: z.int().min(0), fingerprint: z.string().regex(/^[0-9a-f]{16}$/) }),
  model: z.strictObject({ path: name, bytes: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{16,64}$/) }),
  configuration: z.strictObject({ name, settings: facts }),
  engine: z.strictObject({ name, version: z.string().max(1000), settings: facts }),
  machine: facts,
  packages: z.record(z.string().max(200), z.string().max(100)),
  sampling: z.strictObject({
    temperature: z.number().min(0).max(2),
    seed: z.int().min(0),
    maxTokens: z.int().min(1).max(131_072),
  }),
  baseline: runIdSchema.exactOptional(),
  prompts: z.int().min(1).max(2000),
  repetitions: z.int().min(1).max(100),
  startedAt: z.iso.datetime(),
})
