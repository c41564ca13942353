import { estimateModelMemory, inspect } from '@foretoken/registry'
import type { Host } from '../host.js'
import { factsText } from './facts-text.js'
import type { InspectCommandOptions } from './inspect-command.js'
import { printable } from './printable.js'

/** Runs `foretoken inspect` and returns its exit code. */
export async function inspectModel({ model, context, json }: InspectCommandOptions, host: Host): Promise<number> {
  const facts = await inspect(model)
  const memory = estimateModelMemory(facts, context === undefined ? {} : { contextTokens: context })
  const text = json ? JSON.stringify({ ...facts, estimate: memory }) : printable(factsText(facts, memory))
  host.stdout.write(`${text}\n`)
  return 0
}
