import { z } from 'zod'
import type { Tier } from '../../suite.js'
import type { LongContextTaskKind } from './long-context-task.js'

/** What the file of a generated suite says instead of its texts. */
export interface LongContextRecipe {
  readonly suite: string
  readonly version: number
  readonly description: string
  /** Seed of all texts (0 to 2³² − 1). */
  readonly seed: number
  readonly prompts: readonly LongContextPromptRecipe[]
}

/** A prompt that is generated. */
export interface LongContextPromptRecipe {
  readonly id: string
  readonly tier: Tier
  readonly task: LongContextTaskKind
  /** Size of the whole prompt, in tokens. */
  readonly tokens: number
  /** Where the decisive sentence stands, as a share of the text; a sum's sentences are spread over all of it. */
  readonly depthRate: number
}

const prompt: z.ZodType<LongContextPromptRecipe> = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not kebab-case'),
    tier: z.enum(['T1', 'T2', 'T3']),
    task: z.enum(['needle', 'aggregation', 'multi-hop']),
    tokens: z.int().min(1_000).max(100_000),
    depthRate: z.number().min(0).max(1),
  })
  .refine(({ tier, task }) => (tier === 'T3') === (task === 'multi-hop'), 'T3 and multi-hop go together')

/** What YAML says of a generated suite. */
export const longContextRecipeSchema: z.ZodType<LongContextRecipe> = z.strictObject({
  suite: z.string().regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'is not snake_case'),
  version: z.int().min(1),
  description: z.string().min(1),
  seed: z.int().min(0).max(0xffffffff),
  prompts: z.array(prompt).min(1).max(100),
})
