import { describe, expect, test } from 'vitest'
import { checkBreaker, type MakeBreaker } from '../../test/breaker-laws.js'
import { type BreakerPass, CircuitBreaker } from './circuit-breaker.js'

test('any history keeps the laws', () => {
  // A history that never opens it shows little.
  expect(checkBreaker((options) => new CircuitBreaker(options))).toBeGreaterThan(500)
})

describe('an offender is caught', () => {
  /** Passes on to a real breaker, but for one mistake. */
  const wrapped =
    (change: (pass: BreakerPass, breaker: CircuitBreaker) => BreakerPass): MakeBreaker =>
    (options) => {
      const breaker = new CircuitBreaker(options)
      return {
        enter: () => {
          const pass = breaker.enter()
          return pass && change(pass, breaker)
        },
      }
    }

  test.each<[string, MakeBreaker]>([
    ['never opens', () => ({ enter: () => ({ succeed() {}, fail() {}, leave() {} }) })],
    ['opens a failure late', (options) => new CircuitBreaker({ ...options, failures: options.failures + 1 })],
    ['opens a failure early', (options) => new CircuitBreaker({ ...options, failures: options.failures - 1 })],
    ['stays open too long', (options) => new CircuitBreaker({ ...options, longestOpenMs: 10 * options.longestOpenMs })],
    ['forgets that a caller left', wrapped((pass) => ({ ...pass, leave() {} }))],
    ['counts failures that are not in a row', wrapped((pass) => ({ ...pass, succeed: pass.leave }))],
    ['takes a caller that left for a failure', wrapped((pass) => ({ ...pass, leave: pass.fail }))],
    [
      'lets everybody try while half-open',
      (options) => {
        const breaker = new CircuitBreaker(options)
        return { enter: () => breaker.enter() ?? (breaker.state === 'half-open' ? noPass : undefined) }
      },
    ],
    [
      'believes what a pass from before it opened comes to',
      (options) => {
        let breaker = new CircuitBreaker(options)
        return {
          enter: () => {
            const pass = breaker.enter()
            if (pass === undefined) return undefined
            const succeed = (): void => {
              pass.succeed()
              breaker = new CircuitBreaker(options)
            }
            return { ...pass, succeed }
          },
        }
      },
    ],
  ])('one that %s', (_, make) => expect(() => checkBreaker(make)).toThrow('Property failed'))
})

const noPass: BreakerPass = { succeed() {}, fail() {}, leave() {} }

test('it says how long nobody passes', () => {
  let now = 0
  const breaker = new CircuitBreaker({
    failures: 1,
    openMs: 100,
    longestOpenMs: 150,
    now: () => now,
    random: () => 0.5,
  })
  const fail = (): void => breaker.enter()?.fail()
  expect([breaker.state, breaker.waitMs]).toEqual(['closed', 0])
  fail()
  expect([breaker.state, breaker.waitMs, breaker.admits]).toEqual(['open', 75, false])
  now = 75
  expect([breaker.state, breaker.waitMs, breaker.admits]).toEqual(['half-open', 0, true])
  fail()
  expect(breaker.waitMs).toBe(112.5)
  now += 113
  breaker.enter()?.succeed()
  expect(breaker.state).toBe('closed')
})
