import { SpeculationError } from '@foretoken/contract'
import type { IndexState } from './arena-state.js'
import { CHAINS } from './hash-chains.js'
import { NONE } from './none.js'
import {
  AFTER,
  BASE,
  BEFORE,
  BLOCK,
  BLOCK_BITS,
  BLOCK_MASK,
  CORPUS,
  HOLDERS,
  OWNER,
  RECORD_BITS,
} from './token-arena.js'

/**
 * Throws `ERR_MEMORY_FORMAT` unless an index can be used as it was saved: every position lies inside, the blocks form
 * trees, and each is held as often as it says. O(its size).
 */
export function assertSound(state: IndexState): void {
  assertSizes(state)
  assertPositions(state)
  const filled = filledCounts(state)
  assertBlocks(state, filled)
  assertHolders(state, filled)
}

function assertSizes({ tokens, origins, links, heads, blocks }: IndexState): void {
  const count = tokens.length
  const buckets = heads.length / CHAINS
  assert(count % BLOCK === 0 && origins.length === count, 'the tokens are no whole blocks')
  assert(links.length === CHAINS * count, 'the links are not those of the tokens')
  assert(blocks.length === (count >> BLOCK_BITS) << RECORD_BITS, 'the records are not those of the blocks')
  assert(buckets >= 2 && buckets <= 2 ** 30 && Number.isInteger(Math.log2(buckets)), 'the heads are no power of two')
}

function assertPositions({ tokens, origins, links, heads, retired, newest }: IndexState): void {
  const count = tokens.length
  assert(areWithin(tokens, NONE, 2 ** 31), 'a token is negative')
  assert(areWithin(origins, 0, CORPUS + 1), 'an origin is unknown')
  assert(areWithin(links, NONE, count) && areWithin(heads, NONE, count), 'a chain leads outside')
  assert(areWithin(retired, 0, count), 'a text ends outside')
  assert(areWithin(newest, 0, retired.length), 'a text is missing')
}

/** Per block, its tokens, which stand in front. */
function filledCounts({ tokens }: IndexState): Uint8Array {
  const filled = new Uint8Array(tokens.length >> BLOCK_BITS)
  for (let position = 0; position < tokens.length; position++) {
    if (tokens[position] === NONE) continue
    const block = position >> BLOCK_BITS
    assert(filled[block] === (position & BLOCK_MASK), 'a block has a gap')
    filled[block] = (filled[block] as number) + 1
  }
  return filled
}

/** A block that goes on where another ends counts its tokens on from there, so that no text can run in a circle. */
function assertBlocks({ blocks, conversations }: IndexState, filled: Uint8Array): void {
  for (let block = 0; block < filled.length; block++) {
    if (filled[block] === 0) continue
    const record = block << RECORD_BITS
    const before = blocks[record + BEFORE] as number
    const owner = blocks[record + OWNER] as number
    assert(owner >= 0 && owner < conversations, 'a block belongs to no conversation')
    assert(before >= NONE && isFilled(before, filled), 'a block begins outside')
    const parent = (before >> BLOCK_BITS) << RECORD_BITS
    const base = before < 0 ? 0 : (blocks[parent + BASE] as number) + (before & BLOCK_MASK) + 1
    assert(base >= 0 && blocks[record + BASE] === base, 'a block is out of order')
    const after = blocks[record + AFTER] as number
    const child = (after >> BLOCK_BITS) << RECORD_BITS
    const isNext = (after & BLOCK_MASK) === 0 && isFilled(after, filled)
    assert(
      after === NONE || (after >= 0 && isNext && blocks[child + BEFORE] === (block << BLOCK_BITS) + BLOCK_MASK),
      'a block goes on elsewhere',
    )
  }
}

function assertHolders({ blocks, retired, free }: IndexState, filled: Uint8Array): void {
  const holders = new Int32Array(filled.length)
  const hold = (end: number): void => {
    assert(isFilled(end, filled), 'a text ends in nothing')
    const block = end >> BLOCK_BITS
    holders[block] = (holders[block] as number) + 1
  }
  for (const end of retired) hold(end)
  for (let block = 0; block < filled.length; block++) {
    const before = blocks[(block << RECORD_BITS) + BEFORE] as number
    if ((filled[block] as number) > 0 && before >= 0) hold(before)
  }
  const isFree = new Uint8Array(filled.length)
  for (const block of free) {
    assert(block >= 0 && filled[block] === 0 && isFree[block] === 0, 'a free block is in use')
    isFree[block] = 1
  }
  for (let block = 0; block < filled.length; block++) {
    const isHeld = holders[block] === blocks[(block << RECORD_BITS) + HOLDERS]
    assert(isFree[block] === 1 ? holders[block] === 0 : isHeld && (holders[block] as number) > 0, 'a block is lost')
  }
}

function isFilled(position: number, filled: Uint8Array): boolean {
  return position < 0 || (position & BLOCK_MASK) < (filled[position >> BLOCK_BITS] ?? 0)
}

/** Whether all values are at least `least` and less than `above`. */
function areWithin(values: Int32Array | Uint8Array, least: number, above: number): boolean {
  let isSound = true
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    isSound = isSound && value >= least && value < above
  }
  return isSound
}

function assert(isSound: boolean, fault: string): void {
  if (isSound) return
  throw new SpeculationError('ERR_MEMORY_FORMAT', `the saved index is damaged: ${fault}; delete it, it is made again`)
}
