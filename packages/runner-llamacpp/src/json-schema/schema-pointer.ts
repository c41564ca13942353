import { refusal } from './schema-node.js'

/** The part of a schema that a reference points at: `#` and steps of object keys or list indices. */
export function pointedAt(root: unknown, pointer: unknown, path: string): unknown {
  if (typeof pointer !== 'string' || !/^#(\/|$)/.test(pointer))
    throw refusal(path, `must point into the schema, as #/$defs/name, got ${JSON.stringify(pointer)}`)
  let target = root
  for (const step of pointer.split('/').slice(1)) {
    const key = unescaped(step, path)
    const isThere = typeof target === 'object' && target !== null && Object.hasOwn(target, key)
    if (!isThere) throw refusal(path, `must point at something, got ${pointer}`)
    target = (target as Readonly<Record<string, unknown>>)[key]
  }
  return target
}

function unescaped(step: string, path: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    throw refusal(path, `must be a JSON pointer, got the step ${step}`)
  }
}
