// Decodes of many shapes; prints what the verdicts say of each and how many graphs there were. Usage: COUNT_GRAPHS=FILE
// LD_PRELOAD=count-graphs.so node micro-batches.mjs MODEL SNAPSHOTS
import { statSync } from 'node:fs'
import { loadBinding } from '@foretoken/native'

const sequences = 5
const [path, snapshots] = process.argv.slice(2)
const model = await loadBinding().loadModel(path)
const options = { contextTokens: 512, threads: 1, valueType: 'bf16', sequences, snapshots: Number(snapshots) }
const context = await model.createContext(options)
// Widths by place; 0 where nothing is asked.
const shapes = [
  [1, 1, 1, 1, 1],
  [3, 3, 3, 3, 3],
  [1, 5],
  [5, 1],
  [5, 1, 5],
  [1, 0, 1],
  [2, 4, 8, 4, 2],
  [4, 1, 1, 1, 4],
]
for (let seed = 1; seed <= 40; seed++) {
  shapes.push(
    Array.from({ length: sequences }, (_, place) => (place === 0 ? 1 + (seed % 8) : (seed * (place + 3) * 7919) % 9)),
  )
}
const rows = []
for (const shape of shapes) rows.push(await decode(shape))
process.stdout.write(JSON.stringify(rows))
await model.dispose()

/** One decode of places as wide as the shape says. */
async function decode(shape) {
  const prompts = Array.from({ length: sequences }, (_, place) => Int32Array.of(11 + place, 7, 9))
  const opened = []
  for (const prompt of prompts) opened.push(await context.open(prompt, { reuse: false }))
  const { decodes } = context.counters()
  const { size } = statSync(process.env.COUNT_GRAPHS)
  const asked = opened.flatMap((sequence, place) => {
    const width = shape[place] ?? 0
    return width === 0 ? [] : [sequence.verify(new Int32Array(width - 1).fill(21))]
  })
  const verdicts = await Promise.all(asked)
  const graphs = statSync(process.env.COUNT_GRAPHS).size - size
  const row = {
    shape,
    told: verdicts.map(({ microBatches }) => microBatches),
    graphs,
    decodes: context.counters().decodes - decodes,
  }
  for (const sequence of opened) await sequence.close()
  return row
}
