import { describe, expect, it } from 'vitest'
import { BLOCK_PIECES, pieceBlocks } from './piece-block.js'

const pieces = Array.from({ length: 2 * BLOCK_PIECES + 1 }, (_, index) => ({
  text: 'a',
  drafter: '',
  index,
  step: Math.floor(index / 3),
}))

describe('pieceBlocks', () => {
  it('has every piece once', () => {
    expect(pieceBlocks([], undefined, undefined)).toEqual([])
    const blocks = pieceBlocks(pieces, undefined, undefined)
    expect(blocks.flatMap(({ from, to }) => pieces.slice(from, to))).toEqual(pieces)
  })

  it('tells what is looked at only to the blocks that have it', () => {
    const places = (active?: number, step?: number): unknown[] =>
      pieceBlocks(pieces, active, step).map((block) => [block.active, block.activeStep])
    expect(places(0, 0)).toEqual([
      [0, 0],
      [undefined, undefined],
      [undefined, undefined],
    ])
    // A step may reach over the end of a block.
    const border = pieces[BLOCK_PIECES]?.step
    expect(places(BLOCK_PIECES, border)).toEqual([
      [undefined, border],
      [BLOCK_PIECES, border],
      [undefined, undefined],
    ])
  })
})
