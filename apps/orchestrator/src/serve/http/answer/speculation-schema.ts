import { z } from 'zod'

const pieces = z.array(
  z.strictObject({ text: z.string(), drafter: z.string(), probability: z.number().min(0).max(1).optional() }),
)

const step = z.strictObject({
  index: z.int(),
  drafter: z.string(),
  tokens: z.int(),
  proposedTokens: z.int(),
  draftedTokens: z.int(),
  acceptedTokens: z.int(),
  width: z.int(),
  batchWidth: z.int(),
  draftMs: z.number(),
  verifyMs: z.number(),
})

const route = z.object({
  role: z.string().optional(),
  intents: z.record(z.string(), z.number()).optional(),
  escalatedFrom: z.array(z.string()),
})

const drafterSummary = z.strictObject({ steps: z.int(), draftedTokens: z.int(), acceptedTokens: z.int() })

const summary = z.object({
  tokens: z.int(),
  steps: z.int(),
  draftedTokens: z.int(),
  acceptedTokens: z.int(),
  acceptanceRate: z.number(),
  tokensPerStep: z.number(),
  draftMs: z.number(),
  verifyMs: z.number(),
  finish: z.string(),
  byDrafter: z.record(z.string(), drafterSummary),
  dropped: z.string().optional(),
})

/** What answers show of the speculation: a step, or what all of it brought. */
export const speculationAnswer: z.ZodType = z
  .strictObject({
    pieces: pieces.optional(),
    step: step.optional(),
    summary: summary.optional(),
    notDrafted: z.string().optional().meta({ description: 'Why nothing was drafted although it could have been.' }),
    seed: z.int().optional().meta({ description: 'With which the answer can be had again.' }),
    route: route.optional(),
    trace: z.array(z.strictObject({ ...step.partial().shape, pieces })).optional(),
  })
  .meta({ description: 'Only where the request has a `speculation` field.' })
