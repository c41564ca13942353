import { SpeculationError } from '@foretoken/contract'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type CheckResult, checkResult } from '../check-result.js'
import type { JsonSchemaChecker } from '../checker.js'
import { partOf, unfenced } from './answer-part.js'
import { withinTime } from './within-time.js'

/** Whether the part of the text is JSON that fits the schema. */
export function checkJsonSchema(checker: JsonSchemaChecker, text: string): CheckResult {
  const got = checker.strict ? text.trim() : partOf(text, checker.part)
  if (got === undefined) return checkResult(false, 'expected JSON, but the part of the answer is not there')
  let value: unknown
  try {
    value = JSON.parse(checker.strict ? got : unfenced(got))
  } catch (error) {
    return checkResult(false, `expected JSON, got text that is none: ${(error as Error).message.slice(0, 200)}`)
  }
  const validate = compiled(checker.schema)
  // A pattern of the schema may backtrack for ever on what a model wrote.
  const passed = withinTime(2_000, () => fits(validate, value))
  const [error] = validate.errors ?? []
  const fault = passed
    ? 'the JSON fits the schema'
    : error
      ? `${error.instancePath || '/'} ${error.message}`
      : 'a value that cannot be compared'
  return checkResult(passed, fault)
}

/** Ajv compares objects by their own `valueOf`, so one with that key makes it throw: it equals nothing. */
function fits(validate: ValidateFunction, value: unknown): boolean {
  try {
    return validate(value)
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function compiled(schema: JsonSchemaChecker['schema']): ValidateFunction {
  try {
    return new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
  } catch (cause) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `the checker's schema is no JSON Schema: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}
