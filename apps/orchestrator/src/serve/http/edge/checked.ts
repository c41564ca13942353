import type { z } from 'zod'
import { HttpError } from './http-error.js'

/** What came in, if it is of the schema's form; else a 400 that names the field. */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = closest(result.error.issues)
  const field = fieldName(path)
  throw new HttpError(400, 'invalid_request', field === '' ? message : `${field}: ${message}`, field)
}

interface Fault {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Of the ways in which a union failed, the one that got furthest is what was meant. */
function closest(issues: readonly z.core.$ZodIssue[]): Fault {
  const [issue] = issues
  if (issue === undefined) return { path: [], message: 'not of the form that is expected' }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const [best] = issue.errors.map(closest).sort((one, other) => other.path.length - one.path.length)
  if (best === undefined || best.path.length === 0) return { path: issue.path, message: alternatives(issue) }
  return { path: [...issue.path, ...best.path], message: best.message }
}

function alternatives(issue: z.core.$ZodIssueInvalidUnion): string {
  const messages = issue.errors.flatMap((errors) => errors.slice(0, 1).map(({ message }) => message))
  return [...new Set(messages)].join(' or ')
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
    '',
  )
}
