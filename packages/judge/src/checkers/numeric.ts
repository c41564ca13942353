import { type CheckResult, checkResult } from '../check-result.js'
import type { NumericChecker } from '../checker.js'
import { partOf } from './answer-part.js'
import { numbersOf } from './numbers.js'
import { converted, isUnit } from './units.js'

/** Differences that binary fractions and conversions of units leave. */
const roundingShare = 1e-9

/**
 * Whether the last number of the text is the value. With a unit it is the last number whose unit converts to it; where
 * there is none, and no unit is required, the last number without a unit.
 */
export function checkNumeric(checker: NumericChecker, text: string): CheckResult {
  const { value, unit, unitRequired = false, tolerance = 0, relativeTolerance = 0, part } = checker
  const wanted = unit === undefined ? String(value) : `${value} ${unit}`
  const looked = partOf(text, part)
  if (looked === undefined) return checkResult(false, `expected ${wanted}, but the part of the answer is not there`)
  const numbers = numbersOf(looked)
  const inUnit =
    unit === undefined
      ? []
      : numbers.flatMap((number) => {
          const own = number.units.map((name) => converted(number.value, name, unit)).find((got) => got !== undefined)
          return own === undefined ? [] : [own]
        })
  // A number in a unit of something else is an answer to another question.
  const bare = unit === undefined ? numbers : numbers.filter(({ units }) => !units.some(isUnit))
  const got = inUnit.at(-1) ?? (unitRequired ? undefined : bare.at(-1)?.value)
  if (got === undefined) return checkResult(false, `expected ${wanted}, got no such number`)
  const allowed = Math.max(tolerance, Math.abs(value) * Math.max(relativeTolerance, roundingShare))
  return checkResult(Math.abs(got - value) <= allowed, `expected ${wanted}, got ${got}`, { got })
}
