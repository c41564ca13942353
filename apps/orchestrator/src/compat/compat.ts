import { stat } from 'node:fs/promises'
import { explainPair, findDrafts, inspect, type ModelFacts, type PairVerdict } from '@foretoken/registry'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import type { CompatOptions } from './compat-command.js'
import { draftsText, pairText } from './compat-text.js'

/** Not an error, and told apart from one. */
const exitCodeUnfit = 1

/** Runs `foretoken compat` and returns its exit code: 0 where the draft fits, 1 where it does not. */
export async function compat({ target, draft, json }: CompatOptions, host: Host): Promise<number> {
  const facts = await inspect(target)
  const say = (result: unknown, text: string) =>
    host.stdout.write(`${json ? JSON.stringify(result) : printable(text)}\n`)
  if (await isFolder(draft)) {
    const found = await findDrafts(facts, draft)
    const { drafts, ...others } = found
    const result = {
      target: summary(facts),
      drafts: drafts.map((one) => pairResult(one.facts, one.verdict)),
      ...others,
    }
    say(result, draftsText(facts, found))
    return drafts.some(({ verdict }) => verdict.compatible) ? 0 : exitCodeUnfit
  }
  const draftFacts = await inspect(draft)
  const verdict = explainPair(facts, draftFacts)
  say({ target: summary(facts), ...pairResult(draftFacts, verdict) }, pairText(facts, draftFacts, verdict))
  return verdict.compatible ? 0 : exitCodeUnfit
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

function pairResult(facts: ModelFacts, verdict: PairVerdict): object {
  return { draft: summary(facts), ...verdict }
}

function summary({
  location,
  name,
  architecture,
  parameters,
  activeParameters,
  quantization,
  bytesPerToken,
}: ModelFacts): object {
  return { location, name, architecture, parameters, activeParameters, quantization: quantization.name, bytesPerToken }
}
