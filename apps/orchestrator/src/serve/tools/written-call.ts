import { jsonMembers } from './json-members.js'

/** A call as a model wrote it. */
export interface WrittenCall {
  readonly name: string
  /** JSON text, as it was written. */
  readonly arguments: string
}

/** Reads a call from a JSON object; `undefined` where it is none of a tool of `names`. */
export function writtenCall(text: string, names: ReadonlySet<string>): WrittenCall | undefined {
  const call = parsed(text)
  if (!isObject(call)) return undefined
  const { name } = call
  if (typeof name !== 'string' || !names.has(name)) return undefined
  const members = jsonMembers(text)
  const given = argumentsOf(members.get('arguments') ?? members.get('parameters') ?? '{}')
  return given === undefined ? undefined : { name, arguments: given }
}

/** Reads calls from a JSON list; `undefined` where one of them is none, or there is none. */
export function writtenCalls(text: string, names: ReadonlySet<string>): readonly WrittenCall[] | undefined {
  if (!Array.isArray(parsed(text))) return undefined
  const calls = Array.from(jsonMembers(text).values(), (item) => writtenCall(item, names))
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined
}

/** An object's text; also where the model wrote that as a string. */
export function argumentsOf(text: string): string | undefined {
  const value = parsed(text)
  if (isObject(value)) return text
  return typeof value === 'string' && isObject(parsed(value)) ? value : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
