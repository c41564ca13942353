// Usage: node --max-old-space-size=32 --max-semi-space-size=2 fuzz-headers.mjs CASES [SEED] — reads mutated GGUF headers with the built package.
// Ends with 1 where one throws anything but a SpeculationError, takes more than 5 s of the processor, or where more than 64 MB are held.
// The seed is printed, first of all on stderr in case nothing else comes; with it the same cases come again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { SpeculationError } from '@foretoken/contract'
import { estimateModelMemory, explainPair, inspect } from '../../dist/index.js'
import { denseHeaders, fixtureModelPaths, madeHeaders } from './headers.mjs'
import { mutate } from './mutate.mjs'
import { randomSource } from './random-source.mjs'

const mostBytes = 64 * 1024 ** 2
const mostMs = 5_000
const cases = Number(process.argv[2] ?? 2_000)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const random = randomSource(seed)
process.stderr.write(`${cases} mutated headers, seed ${seed}\n`)

const made = madeHeaders()
const target = await inspect(made[0])
const counts = {}
const figures = { longestMs: 0, mostHeldBytes: 0 }
const faults = []

for (const [name, make] of Object.entries(denseHeaders)) await readDense(name, make)

// A fixture's header is mostly vocabulary: large and slow, so rare.
const large = fixtureModelPaths().map((path) => Buffer.from(readFileSync(path).subarray(0, 220_000)))
await collectGarbage()

for (let index = 0; index < cases && faults.length < 10; index++) {
  const source = random.chance(0.03) ? random.pick(large) : random.pick(made)
  const bytes = mutate(source, random)
  const started = process.cpuUsage()
  const outcome = await read(bytes)
  const { user, system } = process.cpuUsage(started)
  const ms = (user + system) / 1000
  figures.longestMs = Math.max(figures.longestMs, ms)
  noteMemory()
  counts[outcome] = (counts[outcome] ?? 0) + 1
  if (!/^(read|ERR_[A-Z_]+)$/.test(outcome)) faults.push({ index, outcome })
  if (ms > mostMs) faults.push({ index, outcome: `it took ${Math.round(ms)} ms of the processor` })
}
if (figures.mostHeldBytes > mostBytes) faults.push({ outcome: `${figures.mostHeldBytes} bytes were held` })
process.stdout.write(`${JSON.stringify({ cases, seed, counts, ...figures, faults })}\n`)
process.exitCode = faults.length === 0 ? 0 : 1

/** What became of one file: all that is made of a header is made of this one. */
async function read(bytes) {
  try {
    const facts = await inspect(bytes)
    explainPair(target, facts)
    explainPair(facts, target)
    estimateModelMemory(facts)
    JSON.stringify(facts)
    return 'read'
  } catch (error) {
    return SpeculationError.is(error) ? error.code : String(error?.stack ?? error)
  }
}

/** From memory and from a file, which is read in rounds. */
async function readDense(name, make) {
  const folder = mkdtempSync(join(tmpdir(), 'foretoken-dense-'))
  const path = join(folder, 'dense.gguf')
  try {
    writeFileSync(path, make())
    for (const location of [() => path, () => readFileSync(path)]) {
      await collectGarbage()
      const outcome = await read(location())
      noteMemory()
      if (!/^(read|ERR_MODEL_FORMAT)$/.test(outcome)) faults.push({ name, outcome })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What is no longer held would count until the next collection, which buffers outside of the heap hardly hasten. */
async function collectGarbage() {
  setFlagsFromString('--expose-gc')
  for (let round = 0; round < 2; round++) {
    runInNewContext('gc')()
    await setImmediate()
  }
}

function noteMemory() {
  const { heapUsed, external } = process.memoryUsage()
  figures.mostHeldBytes = Math.max(figures.mostHeldBytes, heapUsed + external)
}
