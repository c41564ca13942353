/** The rules of a GBNF grammar while it is built; equal bodies share one rule. */
export class GrammarRules {
  readonly #names = new Map<string, string>()
  readonly #bodies = new Map<string, string>()

  get size(): number {
    return this.#bodies.size
  }

  /** The name of a rule with this body. */
  define(body: string): string {
    const known = this.#names.get(body)
    if (known !== undefined) return known
    const name = this.reserve()
    this.#names.set(body, name)
    this.complete(name, body)
    return name
  }

  /** A name for a rule that may mention itself; {@link complete} gives its body. */
  reserve(name: string = `rule-${this.#bodies.size}`): string {
    this.#bodies.set(name, '""')
    return name
  }

  complete(name: string, body: string): void {
    this.#bodies.set(name, body)
  }

  toString(): string {
    return Array.from(this.#bodies, ([name, body]) => `${name} ::= ${body}\n`).join('')
  }
}

/** Text as a terminal. */
export function literal(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`
}

/** A symbol from `least` to `most` times. */
export function repeated(symbol: string, least: number, most: number): string {
  if (most === 0) return '""'
  if (most === Number.POSITIVE_INFINITY && least <= 1) return `${symbol}${least === 0 ? '*' : '+'}`
  return `${symbol}{${least},${most === Number.POSITIVE_INFINITY ? '' : most}}`
}
