import { z } from 'zod'
import type { AnswerPart, Checker } from './checker.js'
import { ifevalFault } from './ifeval/check-ifeval.js'
import type { ToolDefinition } from './message.js'

const text = z.string().max(200_000)
const shortText = z.string().min(1).max(10_000)
const jsonObject = z.record(z.string(), z.unknown())

export const toolSchema: z.ZodType<ToolDefinition> = z.strictObject({
  name: shortText,
  description: text,
  parameters: jsonObject,
})

const part: z.ZodType<AnswerPart> = z.union([
  z.enum(['whole', 'lastLine', 'boxed', 'fenced']),
  z.strictObject({ after: shortText }),
])

const exact = z.strictObject({
  kind: z.literal('exact'),
  values: z.array(text).min(1).max(100),
  part: part.exactOptional(),
  ignoreCase: z.boolean().exactOptional(),
  ignoreSpace: z.boolean().exactOptional(),
  ignorePunctuation: z.boolean().exactOptional(),
})

const pattern = shortText.refine(isPattern, 'is no regular expression of JavaScript (flag u)')

const regex = z
  .strictObject({
    kind: z.literal('regex'),
    all: z.array(pattern).min(1).max(100).exactOptional(),
    none: z.array(pattern).min(1).max(100).exactOptional(),
    flags: z
      .string()
      .regex(/^(?!.*(.).*\1)[imsuv]*$/)
      .refine((flags) => !/u.*v|v.*u/.test(flags), 'u and v exclude each other')
      .exactOptional(),
    part: part.exactOptional(),
  })
  .refine(({ all, none }) => all !== undefined || none !== undefined, 'needs a pattern in all or none')

const numeric = z.strictObject({
  kind: z.literal('numeric'),
  value: z.number(),
  unit: z.string().min(1).max(40).exactOptional(),
  unitRequired: z.boolean().exactOptional(),
  tolerance: z.number().min(0).exactOptional(),
  relativeTolerance: z.number().min(0).max(1).exactOptional(),
  part: part.exactOptional(),
})

const jsonSchema = z.strictObject({
  kind: z.literal('jsonSchema'),
  schema: z.union([jsonObject, z.boolean()]),
  part: part.exactOptional(),
  strict: z.boolean().exactOptional(),
})

const expectedCall = z
  .record(z.string(), z.record(z.string(), z.array(z.unknown()).min(1)))
  .refine((call) => Object.keys(call).length === 1, 'names one function')

const toolCalls = z
  .strictObject({
    kind: z.literal('toolCalls'),
    tools: z.array(toolSchema).max(256),
    calls: z.array(expectedCall).max(64),
  })
  .refine(
    ({ tools, calls }) => calls.every((call) => tools.some(({ name }) => name in call)),
    'a call names a function that is not among the tools',
  )

const instruction = z.strictObject({ id: shortText, arguments: jsonObject }).check(({ value, issues }) => {
  const message = ifevalFault(value)
  if (message !== undefined) issues.push({ code: 'custom', message, path: ['arguments'], input: value })
})

const ifeval = z.strictObject({
  kind: z.literal('ifeval'),
  instructions: z.array(instruction).min(1).max(64),
  mode: z.enum(['strict', 'loose']).exactOptional(),
})

const code = z.strictObject({
  kind: z.literal('code'),
  language: z.enum(['javascript', 'python']),
  prelude: text.exactOptional(),
  tests: text.min(1),
  timeoutMs: z.int().min(1).max(60_000).exactOptional(),
})

/** What YAML says of a checker. */
export const checkerSchema: z.ZodType<Checker> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    exact,
    regex,
    numeric,
    jsonSchema,
    toolCalls,
    ifeval,
    code,
    z.strictObject({ kind: z.literal('all'), checkers: z.array(checkerSchema).min(1).max(16) }),
  ]),
)

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}
