// Times one choice among as many columns as a model's vocabulary has: node bench/sampling.mjs <model.gguf>
import { fileURLToPath } from 'node:url'
import { loadBinding } from '../index.js'

const rounds = 300

const settings = {
  greedy: {},
  'temperature 1': { temperature: 1 },
  'temperature 0.8, top-k 40, top-p 0.95, min-p 0.05': { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 },
  'temperature 1, top-p 0.95': { temperature: 1, topP: 0.95 },
  'temperature 1, min-p 0.05': { temperature: 1, minP: 0.05 },
  'temperature 1, typical 0.95': { temperature: 1, typicalP: 0.95 },
  'temperature 1, top-n-sigma 1': { temperature: 1, topNSigma: 1 },
  'greedy, penalties': { penaltyRepeat: 1.3 },
  'greedy, DRY': { dryMultiplier: 0.8 },
  'greedy, 5 log-probabilities': { topLogProbabilities: 5 },
  'greedy, grammar that the choice fits': { grammar: 'root ::= .*' },
}

const fixture = fileURLToPath(new URL('../../fixtures/models/fore-base-3m.q8_0.gguf', import.meta.url))
const model = await loadBinding().loadModel(process.argv[2] ?? fixture)
const row = peakedRow(model.vocabularySize)
const text = Int32Array.from({ length: 2_000 }, (_, index) => (index * 31) % Math.min(4_000, model.vocabularySize))
process.stdout.write(`${model.vocabularySize} columns, microseconds a choice: median, 10th and 90th of 100\n`)
for (const [name, sampling] of Object.entries(settings)) {
  const sampler = model.createSampler(sampling)
  sampler.acceptPrompt(text)
  const times = Array.from({ length: rounds }, (_, position) => {
    const start = performance.now()
    sampler.choose(row, position, false)
    return (performance.now() - start) * 1_000
  }).toSorted((one, other) => one - other)
  const [low, median, high] = [0.1, 0.5, 0.9].map((share) => times[Math.floor(share * rounds)].toFixed(0))
  process.stdout.write(`${name.padEnd(52)}${median.padStart(7)}${low.padStart(7)}${high.padStart(7)}\n`)
}
await model.dispose()

/** A broad heap and forty likely tokens above it, as language models give them; the same at every run. */
function peakedRow(columns) {
  let state = 1
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  const row = Float32Array.from(
    { length: columns },
    () => 2.5 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
  for (let peak = 0; peak < 40; peak++) row[Math.floor(uniform() * columns)] = 20 - peak * 0.4
  return row
}
