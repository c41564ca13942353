import { z } from 'zod'
import type { Figure, Measurement } from './measurement.js'
import type { PublishedRecommendation, Role } from './registry-roles.js'
import { amount, citation, cited, count, id, port, rate, text } from './schema-parts.js'

const figure: z.ZodType<Figure> = z.union([
  amount,
  z
    .strictObject({ least: amount, most: amount })
    .refine(({ least, most }) => least < most, 'least must be less than most'),
])

const howItRuns = {
  quantisation: id.exactOptional(),
  draft: id.exactOptional(),
  draftQuantisation: id.exactOptional(),
  maxDraftTokens: count.exactOptional(),
  experts: count.exactOptional(),
  lookup: z.boolean().exactOptional(),
  temperature: amount.exactOptional(),
  variant: text.exactOptional(),
}

const figures = {
  tokensPerSecond: figure.exactOptional(),
  promptTokensPerSecond: figure.exactOptional(),
  speedup: figure.exactOptional(),
  acceptanceRate: figure.exactOptional(),
  qualityRate: figure.exactOptional(),
  draftedTokens: figure.exactOptional(),
  acceptedTokens: figure.exactOptional(),
  bytes: figure.exactOptional(),
}

const figureNames = z.enum(Object.keys(figures) as [keyof typeof figures])

/** One line of the measurements. */
export const measurementSchema: z.ZodType<Measurement> = z.strictObject({
  ...cited,
  hardware: id,
  method: id,
  label: text.exactOptional(),
  model: id,
  ...howItRuns,
  role: id.exactOptional(),
  task: id.exactOptional(),
  ...figures,
  scores: z
    .record(
      id,
      z.tuple([amount, z.number().positive()]).refine(([points, of]) => points <= of, 'more points than possible'),
    )
    .exactOptional(),
  outcome: z.enum(['fails', 'garbage']).exactOptional(),
  approximate: z.array(figureNames).exactOptional(),
  partial: z.boolean().exactOptional(),
  earlierSuites: z.boolean().exactOptional(),
  invalidScores: text.exactOptional(),
  remarks: z.record(text, text).exactOptional(),
})

/** A role with its assignments. */
export const roleSchema: z.ZodType<Role> = z.strictObject({
  id,
  tier: id,
  purpose: text,
  aliases: z.array(id).exactOptional(),
  port: port.exactOptional(),
  lastPort: port.exactOptional(),
  pool: z.enum(['hot', 'warm']).exactOptional(),
  assignments: z
    .array(
      z
        .strictObject({ model: id.exactOptional(), ...howItRuns, sharesServerOf: id.exactOptional(), ...cited })
        .refine(
          ({ model, sharesServerOf }) => (model === undefined) !== (sharesServerOf === undefined),
          'an assignment has a model, or shares the server of another role',
        ),
    )
    .min(1),
})

/** What a source recommends for a task. */
export const recommendationSchema: z.ZodType<PublishedRecommendation> = z.strictObject({
  task: id,
  model: id,
  ...howItRuns,
  qualityRate: rate,
  tokensPerSecond: amount,
  suites: z.array(id).min(1),
  source: citation,
  date: cited.date,
})
