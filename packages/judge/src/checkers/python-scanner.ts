/** A token of Python's expressions; `text` of a string is what it stands for. */
export interface PythonToken {
  readonly kind: 'name' | 'int' | 'float' | 'string' | 'operator' | 'end'
  readonly text: string
  readonly start: number
  readonly end: number
}

const operators = ['**', '//', ...'()[]{},:=.+-*/%']
const numberPattern = /(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?/y
const namePattern = /[\p{L}_][\p{L}\p{N}_]*/uy
const stringPattern =
  /([rRbBuUfF]{0,2})("""[\s\S]*?(?<!\\)"""|'''[\s\S]*?(?<!\\)'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/y
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
}

/** Thrown where a text is no expression that is read here. */
export class PythonSyntaxError extends Error {}

/** The tokens of a Python or JSON expression, the last of kind `end`. */
export function scanPython(source: string): PythonToken[] {
  const tokens: PythonToken[] = []
  let at = 0
  while (true) {
    at += /^\s*/.exec(source.slice(at))?.[0].length ?? 0
    if (at === source.length) break
    const token = tokenAt(source, at)
    tokens.push(token)
    at = token.end
  }
  return [...tokens, { kind: 'end', text: '', start: at, end: at }]
}

function tokenAt(source: string, start: number): PythonToken {
  const string = stringAt(source, start)
  if (string) return string
  const number = /[\d.]/.test(source[start] ?? '') ? matchAt(numberPattern, source, start) : undefined
  if (number) {
    const text = number[0].replaceAll('_', '')
    return { kind: /[.eE]/.test(text) ? 'float' : 'int', text, start, end: start + number[0].length }
  }
  const name = matchAt(namePattern, source, start)
  if (name) return { kind: 'name', text: name[0], start, end: start + name[0].length }
  const operator = operators.find((each) => source.startsWith(each, start))
  if (operator === undefined) throw new PythonSyntaxError(`${JSON.stringify(source[start])} at ${start}`)
  return { kind: 'operator', text: operator, start, end: start + operator.length }
}

function stringAt(source: string, start: number): PythonToken | undefined {
  const found = matchAt(stringPattern, source, start)
  if (!found) return undefined
  const [all, prefix = '', quoted = ''] = found
  const quotes = /^("""|''')/.test(quoted) ? 3 : 1
  const body = quoted.slice(quotes, -quotes)
  return { kind: 'string', text: /r/i.test(prefix) ? body : unescaped(body), start, end: start + all.length }
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(source) ?? undefined
}

function unescaped(body: string): string {
  return body.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(\n)|([\s\S]))/g,
    (all, two, four, eight, line, one) => {
      const code = two ?? four ?? eight
      if (code !== undefined) {
        const point = Number.parseInt(code, 16)
        return point > 0x10ffff ? all : String.fromCodePoint(point)
      }
      if (line !== undefined) return ''
      return escapes[one] ?? (/["'\\/]/.test(one) ? one : all)
    },
  )
}
