import type { ModelShape, SourceShape } from './model-shape.js'

/** Where the entries of one axis of a tensor go. Places that no segment fills are zero. */
export interface Axis {
  /** Length of the axis in the inflated tensor. */
  readonly length: number
  readonly segments: readonly Segment[]
}

/** `length` entries from place `from` of the source to place `to`. */
interface Segment {
  readonly from: number
  readonly to: number
  readonly length: number
}

/** What an axis of a tensor runs over. */
export type AxisKind = 'width' | 'three-widths' | 'feed-forward' | 'heads' | 'kv-heads' | 'vocabulary' | 'kept'

/**
 * The way of one axis from shape `from` to shape `to`.
 *
 * Attention head j of KV group g moves to head g · (heads / kvHeads) + j, so that every head still reads its own group.
 */
export function axisOf(kind: AxisKind, sourceLength: number, from: SourceShape, to: ModelShape): Axis {
  switch (kind) {
    case 'kept':
      return padded(sourceLength, sourceLength)
    case 'vocabulary':
      return padded(sourceLength, to.vocabulary ?? sourceLength)
    case 'width':
      return padded(from.width, to.width)
    case 'feed-forward':
      return padded(from.feedForward, to.feedForward)
    case 'kv-heads':
      return padded(from.kvHeads * from.headLength, to.kvHeads * from.headLength)
    case 'three-widths':
      return blocks(3, from.width, to.width)
    case 'heads':
      return blocks(
        to.kvHeads,
        (from.heads / from.kvHeads) * from.headLength,
        (to.heads / to.kvHeads) * from.headLength,
        from.kvHeads,
      )
  }
}

/** For each place of the inflated axis the place in the source, or -1 for a zero. */
export function sourcePlaces({ length, segments }: Axis): Int32Array {
  const places = new Int32Array(length).fill(-1)
  for (const segment of segments) {
    for (let index = 0; index < segment.length; index++) places[segment.to + index] = segment.from + index
  }
  return places
}

function padded(from: number, to: number): Axis {
  return { length: to, segments: [{ from: 0, to: 0, length: from }] }
}

/** `count` blocks that grow from `from` to `to` places each; the source fills only the first `filled` of them. */
function blocks(count: number, from: number, to: number, filled: number = count): Axis {
  const segments = Array.from({ length: filled }, (_, block) => ({ from: block * from, to: block * to, length: from }))
  return { length: count * to, segments }
}
