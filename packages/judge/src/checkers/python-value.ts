/** A tuple of Python, which is no list. */
export class PythonTuple {
  readonly items: readonly PythonValue[]

  constructor(items: readonly PythonValue[]) {
    this.items = items
  }
}

/** A value of Python: `int` is a bigint, `float` a number, `None` null, `dict` a map. */
export type PythonValue =
  | string
  | bigint
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | PythonTuple
  | ReadonlyMap<string, PythonValue>

/** Name of a value's type in Python. */
export type PythonType = 'str' | 'int' | 'float' | 'bool' | 'NoneType' | 'list' | 'tuple' | 'dict'

/** The type of a value. */
export function pythonType(value: PythonValue): PythonType {
  if (value === null) return 'NoneType'
  if (value instanceof PythonTuple) return 'tuple'
  if (value instanceof Map) return 'dict'
  if (Array.isArray(value)) return 'list'
  return ({ string: 'str', bigint: 'int', number: 'float', boolean: 'bool' } as const)[
    typeof value as 'string' | 'bigint' | 'number' | 'boolean'
  ]
}

/** Python's `==`: numbers and booleans are equal by value, whatever their type. */
export function pythonEquals(one: PythonValue, other: PythonValue): boolean {
  const [first, second] = [numberOf(one), numberOf(other)]
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals a number by value only so
  if (first !== undefined && second !== undefined) return first == second
  if (pythonType(one) !== pythonType(other)) return false
  if (one instanceof PythonTuple && other instanceof PythonTuple) return pythonEquals(one.items, other.items)
  if (one instanceof Map && other instanceof Map) {
    return (
      one.size === other.size && [...one].every(([key, value]) => other.has(key) && pythonEquals(value, other.get(key)))
    )
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => pythonEquals(value, other[index]))
  }
  return one === other
}

/** A JSON value as Python reads it; a number without a fraction is an `int`, since JavaScript does not tell. */
export function pythonOf(value: unknown): PythonValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(pythonOf)
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, own]) => [key, pythonOf(own)]))
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

function numberOf(value: PythonValue): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}
