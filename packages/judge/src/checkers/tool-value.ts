import { PythonTuple, type PythonType, type PythonValue, pythonEquals, pythonType } from './python-value.js'

/** What a parameter's description asks for. */
export interface ParameterType {
  readonly outer: PythonType
  /** Type of the items, for arrays and tuples. */
  readonly inner: PythonType | undefined
}

/** Types as BFCL's mapping has them; `object` and `number` are JSON Schema's words for `dict` and `float`. */
const typeNames: Readonly<Record<string, PythonType>> = {
  string: 'str',
  integer: 'int',
  float: 'float',
  number: 'float',
  boolean: 'bool',
  array: 'list',
  tuple: 'list',
  dict: 'dict',
  object: 'dict',
  any: 'str',
}

/** The Python type that a description means; `undefined` for a word that BFCL does not know. */
export function namedType(name: unknown): PythonType | undefined {
  return typeof name === 'string' && Object.hasOwn(typeNames, name) ? typeNames[name] : undefined
}

/**
 * What is wrong with the value of a parameter, by the rules of BFCL's `ast_checker.py`; `undefined` when nothing is.
 * A possible answer of another type than the description's stands for a variable, which is compared as it is.
 */
export function valueFault(
  value: PythonValue,
  possible: readonly PythonValue[],
  type: ParameterType,
): 'type' | 'value' | undefined {
  const asked = type.outer === 'float' && typeof value === 'bigint' ? Number(value) : value
  const checked = typeFault(asked, possible, type)
  if (checked === 'type') return 'type'
  const fits =
    checked === 'variable' ? possible.some((each) => pythonEquals(asked, each)) : fitsOne(asked, possible, type)
  return fits ? undefined : 'value'
}

function typeFault(
  value: PythonValue,
  possible: readonly PythonValue[],
  type: ParameterType,
): 'type' | 'variable' | 'typed' {
  const answerType = possible.filter((each) => each !== '').map(pythonType)[0]
  if (pythonType(value) === type.outer) {
    const how = answerType !== undefined && answerType !== type.outer ? 'variable' : 'typed'
    const { inner } = type
    if (inner === undefined || !Array.isArray(value)) return how
    const items: readonly PythonValue[] = value
    const nested = possible.some(
      (answer) =>
        !isList(answer) ||
        items.every((item) => typeFault(item, answer, { outer: inner, inner: undefined }) !== 'type'),
    )
    return nested ? how : 'type'
  }
  return answerType !== undefined && pythonType(value) === answerType ? 'variable' : 'type'
}

function fitsOne(value: PythonValue, possible: readonly PythonValue[], { outer, inner }: ParameterType): boolean {
  if (value instanceof Map) return possible.some((each) => each instanceof Map && dictFits(value, each))
  if (isList(value) && inner === 'dict') return possible.some((each) => isList(each) && dictsFit(value, each))
  if (typeof value === 'string' && outer === 'str') {
    return possible.some((each) => typeof each === 'string' && standardized(each) === standardized(value))
  }
  if (isList(value)) {
    // As published, a list is compared with the characters of a string: an optional '' is the empty list.
    const lists = possible.map((each) => (typeof each === 'string' ? [...each] : each)).filter(isList)
    return lists.some((each) => pythonEquals(value.map(standardized), each.map(standardized)))
  }
  return possible.some((each) => pythonEquals(value, each))
}

function dictFits(value: ReadonlyMap<string, PythonValue>, possible: ReadonlyMap<string, PythonValue>): boolean {
  const known = [...value].every(([key, own]) => {
    const answers = possible.get(key)
    return isList(answers) && answers.some((each) => pythonEquals(standardized(each), standardized(own)))
  })
  return known && [...possible].every(([key, answers]) => value.has(key) || (isList(answers) && answers.includes('')))
}

function dictsFit(values: readonly PythonValue[], possible: readonly PythonValue[]): boolean {
  return (
    values.length === possible.length &&
    values.every((value, index) => {
      const answer = possible[index]
      return value instanceof Map && answer instanceof Map && dictFits(value, answer)
    })
  )
}

/** A string without case, spaces and `,./-_*^`; anything else as it is. */
function standardized(value: PythonValue): PythonValue {
  return typeof value === 'string'
    ? value
        .replace(/[ ,./\-_*^]/g, '')
        .toLowerCase()
        .replaceAll("'", '"')
    : value
}

function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value) && !(value instanceof PythonTuple)
}
