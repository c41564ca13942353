import type { ServedLogProbability } from '../text-event.js'

/**
 * How probable each label was, from the tokens of an answer that a grammar held to one of them in double quotes. At each
 * token the alternatives that begin another label take their share; one that begins several is divided among them. Sums
 * to 1; empty where no token speaks of a label.
 */
export function labelProbabilities(
  tokens: readonly ServedLogProbability[],
  labels: readonly string[],
): Readonly<Record<string, number>> {
  const answers = labels.map((label) => ({ label, text: JSON.stringify(label) }))
  const shares = new Map<string, number>()
  const give = (text: string, probability: number) => {
    const meant = answers.filter((one) => one.text.startsWith(text) || text.startsWith(one.text))
    for (const { label } of meant) shares.set(label, (shares.get(label) ?? 0) + probability / meant.length)
    return meant.length
  }
  let [said, path] = ['', 1]
  for (const { text, logProbability, top } of tokens) {
    const open = answers.filter((one) => one.text.startsWith(said)).length
    // What is said already is one label's alone: the rest says nothing more.
    if (open < 2) break
    for (const other of top) if (other.text !== text) give(said + other.text, path * Math.exp(other.logProbability))
    said += text
    path *= Math.exp(logProbability)
  }
  if (said !== '') give(said, path)
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0)
  if (total === 0) return {}
  return Object.fromEntries(labels.map((label) => [label, (shares.get(label) ?? 0) / total]))
}
