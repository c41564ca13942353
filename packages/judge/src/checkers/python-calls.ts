import { PythonSyntaxError, type PythonToken, scanPython } from './python-scanner.js'
import { PythonTuple, type PythonValue } from './python-value.js'

/** A call with its keyword arguments; BFCL does not look at positional ones. */
export interface PythonCall {
  readonly name: string
  readonly arguments: ReadonlyMap<string, PythonValue>
}

const constants: Readonly<Record<string, PythonValue>> = {
  True: true,
  true: true,
  False: false,
  false: false,
  None: null,
  null: null,
}
const deepest = 64

/** The calls of `[f(a=1), g.h(b="x")]`, with or without its brackets; `undefined` where the text is no such list. */
export function pythonCalls(text: string): readonly PythonCall[] | undefined {
  const trimmed = text.replace(/^[`\s]+|[`\s]+$/g, '').replace(/^(?:python|json|tool_code)\n/, '')
  const source = `${trimmed.startsWith('[') ? '' : '['}${trimmed}${trimmed.endsWith(']') ? '' : ']'}`
  return parsed(source, (parser) => parser.calls())
}

/** A value that Python's or JSON's syntax writes; `undefined` where the text is none. */
export function pythonLiteral(text: string): PythonValue | undefined {
  return parsed(text, (parser) => parser.expression(0, 0))
}

function parsed<Value>(source: string, read: (parser: Parser) => Value): Value | undefined {
  try {
    const parser = new Parser(source)
    const value = read(parser)
    parser.end()
    return value
  } catch (error) {
    if (error instanceof PythonSyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

class Parser {
  readonly #source: string
  readonly #tokens: readonly PythonToken[]
  #at = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = scanPython(source)
  }

  calls(): PythonCall[] {
    this.#expect('[')
    return this.#list(']', () => {
      const name = this.#dottedName()
      return this.#call(name, 1)
    })
  }

  end(): void {
    if (this.#token.kind !== 'end') throw this.#fault()
  }

  /** Operators by precedence, as Python has them; numbers only. */
  expression(lowest: number, depth: number): PythonValue {
    if (depth > deepest) throw this.#fault()
    let left = this.#operand(depth)
    while (true) {
      const precedence = { '+': 1, '-': 1, '*': 2, '/': 2, '//': 2, '%': 2, '**': 3 }[this.#operator ?? ''] ?? 0
      if (precedence <= lowest) return left
      const operator = this.#next().text
      left = arithmetic(operator, left, this.expression(operator === '**' ? precedence - 1 : precedence, depth + 1))
    }
  }

  #operand(depth: number): PythonValue {
    const token = this.#next()
    if (token.kind === 'int') return BigInt(token.text)
    if (token.kind === 'float') return Number(token.text)
    if (token.kind === 'string') return this.#adjacentStrings(token.text)
    if (token.kind === 'name') return this.#named(token, depth)
    switch (token.text) {
      case '-': {
        const value = this.expression(2, depth + 1)
        if (!isNumber(value)) throw this.#fault(token)
        return -value
      }
      case '[':
        return this.#list(']', () => this.expression(0, depth + 1))
      case '{':
        return new Map(this.#list('}', () => this.#entry(depth)))
      case '(':
        return this.#parenthesis(depth)
    }
    throw this.#fault(token)
  }

  #named(token: PythonToken, depth: number): PythonValue {
    const constant = Object.hasOwn(constants, token.text) ? constants[token.text] : undefined
    if (constant !== undefined) return constant
    this.#at--
    const name = this.#dottedName()
    if (this.#operator !== '(') return name
    const call = this.#call(name, depth + 1)
    // As published: a call among the arguments is its text, unless it has keywords.
    if (call.arguments.size > 0) return new Map([[call.name, call.arguments]])
    return this.#source.slice(token.start, this.#tokens[this.#at - 1]?.end)
  }

  #call(name: string, depth: number): PythonCall {
    this.#expect('(')
    const entries: [string, PythonValue][] = []
    this.#list(')', () => {
      const [token, next] = [this.#token, this.#tokens[this.#at + 1]]
      if (token.kind === 'name' && next?.text === '=' && next.kind === 'operator') {
        this.#at += 2
        entries.push([token.text, this.expression(0, depth + 1)])
      } else {
        this.expression(0, depth + 1)
      }
    })
    return { name, arguments: new Map(entries) }
  }

  #parenthesis(depth: number): PythonValue {
    const before = this.#at
    const items = this.#list(')', () => this.expression(0, depth + 1))
    const comma = this.#tokens[this.#at - 2]?.text === ',' && this.#at - 2 > before
    return items.length === 1 && items[0] !== undefined && !comma ? items[0] : new PythonTuple(items)
  }

  #entry(depth: number): [string, PythonValue] {
    const key = this.expression(0, depth + 1)
    this.#expect(':')
    return [typeof key === 'string' ? key : String(key), this.expression(0, depth + 1)]
  }

  #list<Item>(end: string, read: () => Item): Item[] {
    const items: Item[] = []
    while (this.#operator !== end) {
      items.push(read())
      if (this.#operator !== end) this.#expect(',')
    }
    this.#at++
    return items
  }

  #adjacentStrings(first: string): string {
    let text = first
    while (this.#token.kind === 'string') text += this.#next().text
    return text
  }

  #dottedName(): string {
    let name = ''
    while (true) {
      const token = this.#next()
      if (token.kind !== 'name') throw this.#fault(token)
      name += token.text
      if (this.#operator !== '.') return name
      this.#at++
      name += '.'
    }
  }

  get #token(): PythonToken {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw this.#fault()
    return token
  }

  get #operator(): string | undefined {
    return this.#token.kind === 'operator' ? this.#token.text : undefined
  }

  #next(): PythonToken {
    const token = this.#token
    this.#at++
    return token
  }

  #expect(operator: string): void {
    if (this.#operator !== operator) throw this.#fault()
    this.#at++
  }

  #fault(token: PythonToken | undefined = this.#tokens[this.#at]): PythonSyntaxError {
    return new PythonSyntaxError(`unexpected ${JSON.stringify(token?.text ?? '')} at ${token?.start ?? 0}`)
  }
}

function arithmetic(operator: string, left: PythonValue, right: PythonValue): PythonValue {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right
  if (!isNumber(left) || !isNumber(right)) throw new PythonSyntaxError(`${operator} of something that is no number`)
  const whole = typeof left === 'bigint' && typeof right === 'bigint'
  const exact = whole ? wholeArithmetic(operator, left, right) : undefined
  if (exact !== undefined) return exact
  const value = realArithmetic(operator, Number(left), Number(right))
  if (!Number.isFinite(value)) throw new PythonSyntaxError(`${operator} has no finite value`)
  return whole && operator !== '/' && Number.isInteger(value) ? BigInt(value) : value
}

function wholeArithmetic(operator: string, left: bigint, right: bigint): bigint | undefined {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  return operator === '*' ? left * right : undefined
}

function realArithmetic(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  if (operator === '*') return left * right
  if (operator === '/') return left / right
  if (operator === '//') return Math.floor(left / right)
  return operator === '%' ? left - right * Math.floor(left / right) : left ** right
}

function isNumber(value: PythonValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}
