import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { betaCost, curveCost, readCostCurve } from './step-cost.js'

const folder = temporaryFolder()

function written(content: unknown): string {
  const path = join(folder, 'curve.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('betaCost', () => {
  it('charges beta of a plain step for each token after the first', () => {
    expect(betaCost(0.25)).toMatchObject({ name: '0.25' })
    const { seconds } = betaCost(0.25)
    expect([1, 2, 5].map((width) => seconds(width) / seconds(1))).toEqual([1, 1.25, 2])
  })
})

describe('curveCost', () => {
  const curve = [
    { width: 9, seconds: 3 },
    { width: 1, seconds: 1 },
    { width: 5, seconds: 4 },
  ]

  it('goes straight between the points, and on beyond them', () => {
    expect([1, 2, 5, 7, 9, 13].map(curveCost(curve).seconds)).toEqual([1, 1.75, 4, 3.5, 3, 4])
  })

  it('is read from a file', async () => {
    const { name, seconds } = await readCostCurve(written(curve))
    expect([name, seconds(7)]).toEqual(['curve', 3.5])
  })

  it.each<[unknown, string]>([
    ['{', 'expected JSON'],
    [{ 1: 0.1 }, 'expected an array of at least two points'],
    [
      [
        { width: 1, seconds: 0 },
        { width: 2, seconds: 1 },
      ],
      'the seconds of points must be',
    ],
    [
      [
        { width: 1, seconds: 1 },
        { width: 1.5, seconds: 1 },
      ],
      'the width of points must be',
    ],
    [[null], 'expected an array of at least two points'],
    [
      [
        { width: 1, seconds: 1 },
        { width: 1, seconds: 2 },
      ],
      'must have one point a width',
    ],
    [[], 'expected an array of at least two points'],
    [[{ width: 1, seconds: 1 }], 'expected an array of at least two points'],
  ])('refuses %j', async (content, message) => {
    await expect(readCostCurve(written(content))).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    await expect(readCostCurve(written(content))).rejects.toThrow(message)
  })

  it('says that a file is missing', async () => {
    await expect(readCostCurve(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })
})
