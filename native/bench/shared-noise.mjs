// How many drafted tokens the target accepts when it samples, by how the draft model chooses: node bench/shared-noise.mjs
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { loadBinding } from '../index.js'

const answerTokens = 48
const draftTokens = 4
/** Short, so that the model has to write freely: what follows a long prompt here is mostly certain. */
const mostPromptTokens = 12
const textsOfTask = 3
const seeds = [1, 2, 3, 4]

/** How the draft model chooses, from what the target does. */
const drafters = {
  'the same noise': (sampling) => sampling,
  'other noise': (sampling) => ({ ...sampling, seedLow: sampling.seedLow + 1_000 }),
  greedy: () => ({}),
}

const fixtures = new URL('../../fixtures/', import.meta.url)
const prompts = readdirSync(new URL('traces/', fixtures)).flatMap((file) =>
  gunzipSync(readFileSync(new URL(`traces/${file}`, fixtures)))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(0, textsOfTask)
    .map((line) => Int32Array.from(JSON.parse(line).prompt.slice(0, mostPromptTokens))),
)

const contextOptions = { contextTokens: mostPromptTokens + answerTokens + 2 * draftTokens, threads: 1 }
const [target, draft] = await Promise.all(
  ['fore-base-3m', 'fore-draft-1m'].map(async (name) => {
    const model = await loadBinding().loadModel(new URL(`models/${name}.q8_0.gguf`, fixtures).pathname)
    return { model, context: await model.createContext({ ...contextOptions, keyType: 'f16', valueType: 'bf16' }) }
  }),
)

process.stdout.write(`${prompts.length} texts, ${seeds.length} seeds: accepted first tokens, accepted of all drafted\n`)
for (const temperature of [0.5, 0.7, 1]) {
  const texts = new Map()
  for (const [name, drafterSampling] of Object.entries(drafters)) {
    const counts = { drafts: 0, first: 0, drafted: 0, accepted: 0 }
    for (const [index, prompt] of prompts.entries())
      for (const seed of seeds) {
        const sampling = { temperature, seedLow: seed * 100 + index }
        const text = await written(prompt, sampling, drafterSampling(sampling), counts)
        const key = `${index} ${seed}`
        if ((texts.get(key) ?? text) !== text) throw new Error(`text ${key} depends on the drafter`)
        texts.set(key, text)
      }
    const [first, all] = [counts.first / counts.drafts, counts.accepted / counts.drafted]
    process.stdout.write(`temperature ${temperature}  ${name.padEnd(16)}${first.toFixed(3)}  ${all.toFixed(3)}\n`)
  }
}
await Promise.all([target, draft].map(async ({ model }) => await model.dispose()))

/** Writes an answer and counts what became of the drafts. */
async function written(prompt, sampling, draftSampling, counts) {
  const sequence = await target.context.open(prompt, { sampling })
  const drafter = await draft.context.open(prompt, { sampling: draftSampling })
  const text = []
  let end = ''
  while (text.length < answerTokens && end === '') {
    const { tokens } = await drafter.draft({ maxTokens: draftTokens, minProbability: 0 })
    const verdict = await sequence.verify(tokens)
    end = verdict.end
    const committed = [...tokens.subarray(0, verdict.accepted), verdict.next]
    if (tokens.length > 0) {
      counts.drafts++
      counts.first += Math.min(1, verdict.accepted)
      counts.drafted += tokens.length
      counts.accepted += verdict.accepted
    }
    text.push(...committed)
    drafter.append(Int32Array.from(committed))
  }
  await Promise.all([sequence.close(), drafter.close()])
  return text.slice(0, answerTokens).join(' ')
}
