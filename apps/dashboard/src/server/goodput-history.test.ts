import { describe, expect, it } from 'vitest'
import { linePoints, withMeasurement } from './goodput-history.js'

describe('goodput of the last minute', () => {
  it('forgets what is older', () => {
    const long = Array.from({ length: 200 }, (_, index) => index).reduce(withMeasurement, [] as readonly number[])
    expect(long).toEqual(Array.from({ length: 60 }, (_, index) => index + 140))
  })

  it('draws the newest at the right, and the highest at the top', () => {
    expect(linePoints([])).toBe('')
    expect(linePoints([0, 50, 100])).toBe('96.6,29 98.3,15 100,1')
  })
})
