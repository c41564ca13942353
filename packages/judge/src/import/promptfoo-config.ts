import { z } from 'zod'
import type { PromptfooAssertion } from './promptfoo-assertion.js'

/** A test of promptfoo, or what all have in common. */
export interface PromptfooTest {
  readonly vars?: Readonly<Record<string, unknown>> | undefined
  readonly assert?: readonly PromptfooAssertion[] | undefined
}

/** A configuration of promptfoo. */
export interface PromptfooConfig {
  readonly prompts: readonly string[]
  readonly tests: readonly PromptfooTest[]
  readonly defaultTest: PromptfooTest
}

const assertion: z.ZodType<PromptfooAssertion> = z.strictObject({
  type: z.string().min(1),
  value: z.unknown().optional(),
  // A name for reports, and what only those use that a model grades.
  metric: z.string().optional(),
  threshold: z.number().optional(),
  provider: z.unknown().optional(),
})

const test: z.ZodType<PromptfooTest> = z.strictObject({
  description: z.string().optional(),
  vars: z.record(z.string(), z.unknown()).optional(),
  assert: z.array(assertion).max(200).optional(),
  metadata: z.unknown().optional(),
  // Which model grades; here `--judge` says that.
  options: z.strictObject({ provider: z.unknown().optional() }).optional(),
})

const text = z.string().min(1)

const prompt = z.union([
  text,
  z.strictObject({ raw: text, id: z.string().optional(), label: z.string().optional() }).transform(({ raw }) => raw),
])

/** What is read of a configuration; what changes its meaning and is not read is a fault. */
export const promptfooConfig: z.ZodType<PromptfooConfig> = z
  .strictObject({
    prompts: z.union([prompt.transform((one) => [one]), z.array(prompt).min(1).max(50)]),
    tests: z.array(test).min(1).max(2_000).optional(),
    defaultTest: test.optional(),
    ...harmless(
      ...['$schema', 'description', 'tags', 'metadata', 'providers', 'targets', 'env', 'sharing', 'outputPath'],
      ...['writeLatestResults', 'evaluateOptions', 'commandLineOptions'],
    ),
  })
  .transform(({ prompts, tests = [{}], defaultTest = {} }) => ({ prompts, tests, defaultTest }))

/** Keys that say who is asked and where results go, not what is asked and checked. */
function harmless(...keys: readonly string[]): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.unknown().optional()]))
}
