// A thousand requests over eight sequences, some cancelled, some failing; prints what the process holds after the first hundred
// and at the end. Usage: node --expose-gc --single-threaded --no-opt --no-sparkplug requests.mjs MODEL [REQUESTS]
// Without V8's compilers: their code and the memory of their threads are most of what a process grows by at first.
import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { loadBinding } from '@foretoken/native'

const lanes = 8
const [path, requests = 1100] = process.argv.slice(2)
const binding = loadBinding()
const model = await binding.loadModel(path)
const context = await model.createContext({ contextTokens: 256, threads: 1, sequences: lanes, batchTokens: 64 })
const outcomes = {}
let next = 0

await touchCells()
const early = await runTo(100)
const late = await runTo(Number(requests))
const { decodes, evaluatedTokens } = context.counters()
process.stdout.write(JSON.stringify({ early, late, outcomes, decodes, evaluatedTokens }))

/** The system gives the memory of a context's cells when they are first written. */
async function touchCells() {
  const prompts = Array.from({ length: lanes }, (_, lane) => new Int32Array(255).fill(lane + 1))
  const opened = await Promise.all(prompts.map((prompt) => context.open(prompt)))
  await Promise.all(opened.map((sequence) => sequence.verify(new Int32Array())))
  await Promise.all(opened.map((sequence) => sequence.close()))
}

async function runTo(end) {
  await Promise.all(Array.from({ length: lanes }, () => lane(end)))
  for (let round = 0; round < 10; round++) await collect()
  return {
    ...binding.living(),
    threads: readdirSync('/proc/self/task').length,
    files: readdirSync('/proc/self/fd').length,
    residentBytes: process.memoryUsage().rss,
  }
}

async function lane(end) {
  while (next < end) {
    const outcome = await request(next++).catch(({ code }) => code)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    // A sequence that was left to the collector may have all that is missing.
    if (outcome === 'ERR_BUDGET_EXCEEDED') await collect()
  }
}

/** Every tenth goes wrong in a way of its own, or does something rare. */
async function request(index) {
  const kind = index % 10
  const cancel = Int32Array.of(0)
  if (kind === 5) setImmediate(() => cancel.fill(1))
  const sampling = { temperature: 0.8, seedLow: index, penaltyRepeat: 1.2 }
  const options = { cancel, onProgress() {}, ...(index % 4 === 0 && { sampling }) }
  const sequence = await context.open(promptOf(index), options)
  try {
    for (let step = 0; step < 4; step++) {
      const asked = sequence.verify(Int32Array.of(5, 6, 7))
      if (kind === 7 && step === 2 && sequence.withdraw()) return await asked
      const { end } = await asked
      if (end !== '') return end
    }
    if (kind === 1) await (await context.restore(await sequence.save())).close()
    if (kind === 2) await sequence.measureCost(Int32Array.of(1, 8), 5)
    return 'enough'
  } finally {
    // Some are left to the collector.
    if (index % 50 !== 9) await sequence.close()
  }
}

/** With a token that there is not, too long, or so long that the context is full soon. */
function promptOf(index) {
  const kind = index % 10
  const length = kind === 4 ? 256 : kind === 6 ? 253 : 10 + ((index * 13) % 50)
  const prompt = Int32Array.from({ length }, (_, at) => (at * 37 + index * (index % 3)) % 4000)
  if (kind === 3) prompt[4] = -1
  return prompt
}

async function collect() {
  globalThis.gc()
  await turn()
}
