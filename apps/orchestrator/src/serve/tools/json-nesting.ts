/** Follows a JSON object, list or string letter by letter, without a look at whether it is valid. */
export class JsonNesting {
  #depth = 0
  #isString = false
  #isEscaped = false

  /** Takes the next letter; returns whether the value ends with it. */
  take(letter: string): boolean {
    if (this.#isString) return this.#takeInString(letter)
    if (letter === '"') this.#isString = true
    else if (letter === '{' || letter === '[') this.#depth++
    else if (letter === '}' || letter === ']') this.#depth--
    return this.#depth <= 0 && !this.#isString
  }

  #takeInString(letter: string): boolean {
    if (this.#isEscaped) this.#isEscaped = false
    else if (letter === '\\') this.#isEscaped = true
    else if (letter === '"') {
      this.#isString = false
      return this.#depth === 0
    }
    return false
  }
}
