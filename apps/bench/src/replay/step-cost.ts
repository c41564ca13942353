import { readFile, stat } from 'node:fs/promises'
import { type CostPoint, costCurve } from '@foretoken/adaptive-k'
import { SpeculationError } from '@foretoken/contract'

/** What verifying a batch takes. */
export interface StepCost {
  /** Key of the speed-ups under this cost, e.g. `"0.1"`. */
  readonly name: string
  /** The same as a curve's points. */
  readonly points: readonly CostPoint[]
  /** Seconds for `width` tokens (at least 1: nothing drafted). */
  readonly seconds: (width: number) => number
}

/** A plain step of a model of some billion parameters on a laptop: a policy weighs drafting time against it. */
const PLAIN_SECONDS = 0.02

/** The β model: each drafted token costs `beta` of a plain step. */
export function betaCost(beta: number): StepCost {
  const seconds = (width: number): number => PLAIN_SECONDS * (1 + beta * (width - 1))
  return { name: String(beta), points: [1, 1_025].map((width) => ({ width, seconds: seconds(width) })), seconds }
}

/** Measured costs; see `costCurve`. */
export function curveCost(points: readonly CostPoint[]): StepCost {
  const curve = costCurve(points)
  return { name: 'curve', points, seconds: (width) => curve.seconds(width) }
}

/** Reads a cost curve: a JSON array of {@link CostPoint}. */
export async function readCostCurve(path: string): Promise<StepCost> {
  const value = await readJson(path)
  // A single point says nothing of what a token more costs.
  if (!Array.isArray(value) || value.length < 2 || !value.every(isCostPoint))
    throw malformed(path, 'an array of at least two points')
  try {
    return curveCost(value)
  } catch (cause) {
    if (!SpeculationError.is(cause)) throw cause
    throw new SpeculationError('ERR_OPTION_INVALID', `${path}: ${cause.message}`, { cause })
  }
}

const MOST_BYTES = 2 ** 20

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed(path, 'JSON', cause)
  }
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size <= MOST_BYTES) return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read`, { cause })
  }
  throw new SpeculationError('ERR_BUDGET_EXCEEDED', `${path} is larger than ${MOST_BYTES} bytes; leave points out`)
}

function isCostPoint(value: unknown): value is CostPoint {
  const { width, seconds } = (value ?? {}) as Record<string, unknown>
  return typeof width === 'number' && typeof seconds === 'number'
}

function malformed(path: string, expected: string, cause?: unknown): SpeculationError {
  const example = '[{ "width": 1, "seconds": 0.02 }, { "width": 8, "seconds": 0.03 }]'
  return new SpeculationError('ERR_OPTION_INVALID', `${path}: expected ${expected}; a cost curve is ${example}`, {
    cause,
  })
}
