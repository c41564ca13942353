// Usage: npm run test:memory, in this package — sends 10 million tokens through a memory of 64 MB and fails if the
// process keeps growing once that is full. Takes half a minute, after `npm run setup`.
import { suffixDrafter } from '../dist/index.js'

const TOKENS = 10_000_000
const PROMPT = 900
const STEP = 4
const FULL = 4_000_000
const MOST_GROWTH = 32 * 2 ** 20

if (globalThis.gc === undefined) throw new Error('run this with node --expose-gc')
const maxBytes = 64 * 2 ** 20
const drafter = suffixDrafter({ maxBytes })
let seen = 0
let state = 1
let bytesWhenFull = 0
const tokenAt = (place) => {
  // Some texts repeat the ones before them, most say something new.
  state = place % 3 === 0 ? (Math.imul(state, 1_103_515_245) + 12_345) >>> 0 : state
  return (state >>> 8) % 50_000
}
while (seen < TOKENS) {
  const request = drafter.open(Int32Array.from({ length: PROMPT }, (_, place) => tokenAt(place)))
  for (let step = 0; step < 25; step++) {
    request.draft({ maxTokens: 16, minProbability: 0.1 })
    request.commit(Int32Array.from({ length: STEP }, (_, place) => tokenAt(place)))
  }
  await request[Symbol.asyncDispose]()
  const before = seen
  seen += PROMPT + 25 * STEP
  if (Math.floor(before / 1e6) === Math.floor(seen / 1e6)) continue
  globalThis.gc()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  const { bytes, tokens } = drafter.stats()
  const mega = (value) => `${(value / 2 ** 20).toFixed(0)} MB`
  process.stdout.write(
    `${Math.floor(seen / 1e6)} million tokens: memory ${mega(bytes)} of ${tokens} tokens, heap ${mega(heapUsed)}, arrays ${mega(arrayBuffers)}, process ${mega(rss)}\n`,
  )
  if (bytes > maxBytes) throw new Error(`the memory takes ${bytes} bytes, more than ${maxBytes}`)
  if (seen < FULL) continue
  const held = heapUsed + arrayBuffers
  if (bytesWhenFull === 0) bytesWhenFull = held
  if (held > bytesWhenFull + MOST_GROWTH)
    throw new Error(`${held - bytesWhenFull} bytes were added since the memory was full`)
}
