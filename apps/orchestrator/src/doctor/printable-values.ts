import { printable } from '../inspect/printable.js'

/** A copy of plain data whose texts are safe to print: names come out of foreign files. */
export function printableValues<Value>(value: Value): Value {
  const safe = (_: string, one: unknown): unknown => (typeof one === 'string' ? printable(one) : one)
  return JSON.parse(JSON.stringify(value), safe) as Value
}
