import { SpeculationError } from '@foretoken/contract'
import { tensorBytes } from '../gguf/gguf-types.js'
import type { TensorSource } from '../gguf/gguf-writer.js'
import { type GgufSource, readTensor, type TensorInfo } from '../gguf/read-gguf.js'
import { type Axis, axisOf, sourcePlaces } from './axis.js'
import type { ModelShape, SourceShape } from './model-shape.js'
import { randomWeights } from './random-weights.js'
import { isNorm, type TensorRule, tensorRule } from './tensor-rules.js'

/** Rows are put together in pieces of about this size. */
const CHUNK_BYTES = 1 << 20

/** From where to where a model is inflated. */
export interface Inflation {
  readonly source: GgufSource
  readonly from: SourceShape
  readonly to: ModelShape
}

/** A tensor that computes in the larger shape what it computed in the smaller one. */
export function inflatedTensor(inflation: Inflation, info: TensorInfo): TensorSource {
  const rule = tensorRule(info.name)
  const axes = axesOf(inflation, info, rule)
  if (rule.role === 'scale' && info.format.name !== 'F32') {
    throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${info.name} must be F32, got ${info.format.name}`)
  }
  const factor = rule.role === 'scale' ? Math.sqrt(inflation.from.width / inflation.to.width) : undefined
  return {
    name: info.name,
    format: info.format,
    shape: axes.map((axis) => axis.length),
    async *chunks() {
      const data = await readTensor(inflation.source, info)
      if (factor === undefined) yield* movedRows(data, info, axes)
      else yield scaledNorm(data, inflation.to.width, factor)
    },
  }
}

/**
 * A tensor of a layer that adds nothing to the residual stream: what writes to the stream is zero, norms are those of
 * the template, everything else is random, so that the layer costs what a real one does.
 */
export function identityTensor(inflation: Inflation, template: TensorInfo, name: string, seed: number): TensorSource {
  if (isNorm(name)) return { ...inflatedTensor(inflation, template), name }
  const rule = tensorRule(name)
  const shape = axesOf(inflation, template, rule).map((axis) => axis.length)
  const { format } = template
  const bytes = tensorBytes(format, shape)
  const chunks = (): Iterable<Uint8Array> =>
    rule.role === 'zero' ? zeroBytes(bytes) : randomWeights(format, bytes, seed)
  return { name, format, shape, chunks }
}

function axesOf({ from, to }: Inflation, { shape }: TensorInfo, rule: TensorRule): Axis[] {
  return rule.axes.map((kind, index) => axisOf(kind, shape[index] ?? 1, from, to))
}

/** Old weights × `factor`, and `factor` itself for each new dimension (there the stream is zero, so any number would do). */
function scaledNorm(data: Buffer, length: number, factor: number): Uint8Array {
  const scaled = Buffer.alloc(length * 4)
  for (let index = 0; index < length; index++) {
    const weight = index * 4 < data.length ? data.readFloatLE(index * 4) : 1
    scaled.writeFloatLE(weight * factor, index * 4)
  }
  return scaled
}

/** Moves whole blocks of bytes, so that every format goes its way undecoded; what nothing moves to stays zero. */
function* movedRows(data: Buffer, info: TensorInfo, axes: readonly Axis[]): Generator<Uint8Array, void, void> {
  const [columns, ...outer] = axes
  const inBytes = (weights: number): number => tensorBytes(info.format, [weights])
  const rowBytes = inBytes(columns?.length ?? 0)
  const oldRowBytes = inBytes(info.shape[0] ?? 0)
  const segments = (columns?.segments ?? []).map(({ from, to, length }) => ({
    from: inBytes(from),
    to: inBytes(to),
    bytes: inBytes(length),
  }))
  const places = rowPlaces(info.shape, outer)
  const rowsInChunk = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes))
  for (let first = 0; first < places.length; first += rowsInChunk) {
    const rows = places.subarray(first, first + rowsInChunk)
    const chunk = Buffer.alloc(rows.length * rowBytes)
    for (const [row, place] of rows.entries()) {
      if (place < 0) continue
      for (const { from, to, bytes } of segments) {
        const start = place * oldRowBytes + from
        data.copy(chunk, row * rowBytes + to, start, start + bytes)
      }
    }
    yield chunk
  }
}

/** For each row of the inflated tensor the row of the source, or -1 for a row of zeros. */
function rowPlaces(shape: readonly number[], [rows, layers]: readonly Axis[]): Int32Array {
  const inLayer = rows === undefined ? Int32Array.of(0) : sourcePlaces(rows)
  const count = layers?.length ?? 1
  const places = new Int32Array(inLayer.length * count)
  for (let layer = 0; layer < count; layer++) {
    const shifted = inLayer.map((place) => (place < 0 ? place : layer * (shape[1] ?? 1) + place))
    places.set(shifted, layer * inLayer.length)
  }
  return places
}

function* zeroBytes(bytes: number): Generator<Uint8Array, void, void> {
  const zeros = new Uint8Array(Math.min(bytes, CHUNK_BYTES))
  for (let done = 0; done < bytes; done += zeros.length) yield zeros.subarray(0, Math.min(zeros.length, bytes - done))
}
