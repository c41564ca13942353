import { z } from 'zod'
import type { RecordedAnswer } from './answer.js'
import { checkerSchema, toolSchema } from './checker-schema.js'
import type { Message, SuiteImage } from './message.js'
import type { Rubric, Suite, SuitePrompt } from './suite.js'

const text = z.string().min(1).max(400_000)
const relativePath = z
  .string()
  .max(200)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./-]+$/, 'is no path below the suite’s folder')

const message: z.ZodType<Message> = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: text,
})

const image: z.ZodType<SuiteImage> = z.strictObject({ file: relativePath, wrong: relativePath, alt: text })

const recordedAnswer: z.ZodType<RecordedAnswer> = z.union([
  z.string().max(400_000),
  z.strictObject({
    text: z.string().max(400_000),
    finish: z.enum(['stop', 'length', 'toolCalls', 'timeout']).exactOptional(),
    toolCalls: z
      .array(z.strictObject({ name: z.string().min(1).max(256), arguments: z.string().max(100_000) }))
      .max(64)
      .exactOptional(),
  }),
])

const rubric: z.ZodType<Rubric> = z.strictObject({
  right: text,
  partial: text.exactOptional(),
  wrong: text.exactOptional(),
})

const prompt: z.ZodType<SuitePrompt> = z
  .strictObject({
    id: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not kebab-case'),
    tier: z.enum(['T1', 'T2', 'T3']),
    messages: z.array(message).min(1).max(64),
    images: z.array(image).min(1).max(8).exactOptional(),
    tools: z.array(toolSchema).min(1).max(256).exactOptional(),
    reference: text,
    steps: z.array(text).min(1).max(32).exactOptional(),
    checker: checkerSchema.exactOptional(),
    rubric: rubric.exactOptional(),
    answers: z.strictObject({ right: recordedAnswer, wrong: recordedAnswer }),
    maxTokens: z.int().min(1).max(131_072).exactOptional(),
  })
  .refine(({ checker, rubric }) => checker !== undefined || rubric !== undefined, 'needs a checker or a rubric')
  .refine(({ tier, steps = [] }) => tier !== 'T3' || steps.length >= 3, 'a T3 names three steps or more')

/** What YAML says of a suite. */
export const suiteSchema: z.ZodType<Suite> = z
  .strictObject({
    suite: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'is not snake_case'),
    version: z.int().min(1),
    description: text,
    prompts: z.array(prompt).min(1).max(2_000),
  })
  .check(({ value: { prompts }, issues }) => {
    const seen = new Set<string>()
    for (const [index, { id }] of prompts.entries()) {
      if (seen.has(id))
        issues.push({ code: 'custom', message: 'is there twice', path: ['prompts', index, 'id'], input: id })
      seen.add(id)
    }
  })
