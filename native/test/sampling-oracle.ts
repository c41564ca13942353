import type { NativeSampling } from '@foretoken/native'
import { noiseOracle } from './noise-oracle.js'

/** A token that the chain has left, with its logit there. */
export interface Candidate {
  readonly token: number
  readonly logit: number
}

export interface OracleChoice {
  readonly token: number
  readonly topGap: number
  readonly probability: number
}

/** The choice, by sorting and summing everything: llama.cpp's order of stages, then argmax of logit + T · noise. */
export function chosenByOracle(
  row: Float32Array,
  sampling: NativeSampling,
  position: number,
  text: readonly number[] = [],
): OracleChoice {
  const { temperature = 0, seedLow = 0 } = sampling
  const noise = noiseOracle(seedLow, position)
  const left = survivors(row, sampling, position, text)
  const scored = left.map(({ token, logit }) => ({ token, logit, score: logit + temperature * noise.gumbel(token) }))
  scored.sort((one, other) => other.score - one.score || one.token - other.token)
  const [best, second] = scored
  const shares = softmax(left, temperature || 1)
  return {
    token: best?.token ?? -1,
    topGap: (best?.score ?? 0) - (second?.score ?? Number.NEGATIVE_INFINITY),
    probability: shares[left.findIndex(({ token }) => token === best?.token)] ?? Number.NaN,
  }
}

/** What biases, penalties, DRY and the truncating stages leave of a row. */
export function survivors(
  row: Float32Array,
  sampling: NativeSampling,
  position: number,
  text: readonly number[] = [],
): readonly Candidate[] {
  const edited = Array.from(row, (logit, token) => ({ token, logit }))
  sampling.biasTokens?.forEach((token, index) => {
    edited[token] = { token, logit: (edited[token]?.logit ?? 0) + (sampling.biasValues?.[index] ?? 0) }
  })
  const penalised = dryPenalised(repetitionPenalised(edited, sampling, text), sampling, text)
  let left: readonly Candidate[] = penalised.filter(({ logit }) => logit > Number.NEGATIVE_INFINITY)
  for (const stage of [topNSigma, topK, typical, topP, minP]) left = stage(left, sampling)
  return xtc(left, sampling, position)
}

export function softmax(candidates: readonly Candidate[], temperature = 1): number[] {
  const best = Math.max(...candidates.map(({ logit }) => logit))
  const weights = candidates.map(({ logit }) => Math.exp((logit - best) / temperature))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

type Stage = (candidates: readonly Candidate[], sampling: NativeSampling) => readonly Candidate[]

/** Keskar et al., "CTRL", 2019, with llama.cpp's rule for negative logits; OpenAI's frequency and presence penalties. */
function repetitionPenalised(
  row: readonly Candidate[],
  sampling: NativeSampling,
  text: readonly number[],
): Candidate[] {
  const { penaltyLastTokens = 64, penaltyRepeat = 1, penaltyFrequency = 0, penaltyPresence = 0 } = sampling
  const window = penaltyLastTokens === 0 ? [] : text.slice(-penaltyLastTokens)
  return row.map(({ token, logit }) => {
    const count = window.filter((other) => other === token).length
    if (count === 0) return { token, logit }
    const repeated = logit <= 0 ? logit * penaltyRepeat : logit / penaltyRepeat
    return { token, logit: repeated - count * penaltyFrequency - penaltyPresence }
  })
}

/** DRY without breakers: p-e-w, text-generation-webui 5677. */
function dryPenalised(row: readonly Candidate[], sampling: NativeSampling, text: readonly number[]): Candidate[] {
  const { dryMultiplier = 0, dryBase = 1.75, dryAllowedTokens = 2, dryLastTokens = text.length } = sampling
  const window = dryMultiplier === 0 || dryLastTokens === 0 ? [] : text.slice(-dryLastTokens)
  const longest = new Map<number, number>()
  window.forEach((token, end) => {
    let length = 0
    while (length < end && window[end - 1 - length] === window[window.length - 1 - length]) length++
    if (end > 0) longest.set(token, Math.max(length, longest.get(token) ?? 0))
  })
  return row.map(({ token, logit }) => {
    const length = longest.get(token) ?? -1
    const isFree = length < dryAllowedTokens || window.length <= dryAllowedTokens
    return { token, logit: isFree ? logit : logit - dryMultiplier * dryBase ** (length - dryAllowedTokens) }
  })
}

/** Tang et al., "Top-nσ", 2024. */
const topNSigma: Stage = (candidates, { topNSigma: width }) => {
  if (width === undefined) return candidates
  const mean = candidates.reduce((sum, { logit }) => sum + logit, 0) / candidates.length
  const variance = candidates.reduce((sum, { logit }) => sum + (logit - mean) ** 2, 0) / candidates.length
  const level = Math.max(...candidates.map(({ logit }) => logit)) - width * Math.sqrt(variance)
  return candidates.filter(({ logit }) => logit >= level)
}

const topK: Stage = (candidates, { topK: count = 0 }) =>
  count === 0 ? candidates : descending(candidates).slice(0, count)

/** Meister et al., "Locally typical sampling", 2022. */
const typical: Stage = (candidates, { typicalP: share = 1 }) => {
  if (share >= 1) return candidates
  const shares = softmax(candidates)
  const entropy = shares.reduce((sum, one) => (one > 0 ? sum - one * Math.log(one) : sum), 0)
  const order = shares.map((one, index) => ({ index, one, distance: Math.abs(-Math.log(one) - entropy) }))
  order.sort((one, other) => one.distance - other.distance)
  const sums = runningSums(order.map(({ one }) => one))
  const end = sums.findIndex((sum) => sum > share)
  return order
    .slice(0, end < 0 ? order.length : end + 1)
    .map(({ index }) => candidates[index] ?? { token: -1, logit: 0 })
}

/** Holtzman et al., "The curious case of neural text degeneration", 2020. */
const topP: Stage = (candidates, { topP: share = 1 }) => {
  if (share >= 1) return candidates
  const sorted = descending(candidates)
  const end = runningSums(softmax(sorted)).findIndex((sum) => sum >= share)
  return end < 0 ? sorted : sorted.slice(0, end + 1)
}

/** Nguyen et al., "Min-p sampling", 2024. */
const minP: Stage = (candidates, { minP: share = 0 }) => {
  const level = Math.max(...candidates.map(({ logit }) => logit)) + Math.log(share)
  return share === 0 ? candidates : candidates.filter(({ logit }) => logit >= level)
}

/** XTC: p-e-w, text-generation-webui 6335; the coin is keyed by seed and position. */
function xtc(candidates: readonly Candidate[], sampling: NativeSampling, position: number): readonly Candidate[] {
  const { xtcProbability = 0, xtcThreshold = 0.1, seedLow = 0 } = sampling
  const isOff = xtcProbability === 0 || xtcThreshold > 0.5 || candidates.length < 2
  if (isOff || noiseOracle(seedLow, position).uniform() > xtcProbability) return candidates
  const sorted = descending(candidates)
  const above = softmax(sorted).filter((share) => share >= xtcThreshold).length
  return sorted.slice(Math.max(0, above - 1))
}

function runningSums(values: readonly number[]): readonly number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

function descending(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((one, other) => other.logit - one.logit || one.token - other.token)
}
