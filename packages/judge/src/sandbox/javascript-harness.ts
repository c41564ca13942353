/** JavaScript that a program finds: a console, and assertions for tests. There is nothing else of Node.js or browsers. */
export const javascriptPrelude = `
(() => {
  const print = globalThis.__print
  delete globalThis.__print
  const shown = (value) => {
    if (typeof value === 'string') return value
    try { return JSON.stringify(value) ?? String(value) } catch { return String(value) }
  }
  const log = (...values) => print(values.map(shown).join(' '))
  globalThis.console = { log, info: log, warn: log, error: log, debug: log }
  globalThis.module = { exports: {} }
  globalThis.exports = globalThis.module.exports

  const { is, getPrototypeOf, keys, hasOwn } = Object
  const equal = (one, other) => {
    if (is(one, other)) return true
    if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
    if (getPrototypeOf(one) !== getPrototypeOf(other)) return false
    if (one instanceof Map || one instanceof Set) return equal([...one], [...other])
    if (one instanceof Date) return is(one.getTime(), other.getTime())
    const names = keys(one)
    return names.length === keys(other).length && names.every((name) => hasOwn(other, name) && equal(one[name], other[name]))
  }
  const assert = (value, message = 'the assertion does not hold') => { if (!value) throw new Error(message) }
  assert.equal = (got, wanted) => assert(is(got, wanted), 'expected ' + shown(wanted) + ', got ' + shown(got))
  assert.deepEqual = (got, wanted) => assert(equal(got, wanted), 'expected ' + shown(wanted) + ', got ' + shown(got))
  assert.throws = (run) => {
    try { run() } catch { return }
    throw new Error('expected an error')
  }
  Object.defineProperty(globalThis, 'assert', { value: Object.freeze(assert) })
})()
`
