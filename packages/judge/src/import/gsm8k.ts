import { z } from 'zod'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { parseJsonl } from './parse-jsonl.js'

const result = /####\s*(-?[\d,]*\.?\d+)\s*$/
const row = z.object({
  question: z.string().min(1),
  answer: z.string().regex(result, 'does not end in #### and a number'),
})

/** GSM8K's rows; the number after `####` is the right one. Ids are line numbers, since the rows have none. */
export function importGsm8k(source: ImportSource): ImportedPrompt[] {
  return parseJsonl(source, row).map(({ question, answer }, index) => ({
    id: `gsm8k-${index + 1}`,
    turns: [userTurn(`${question}\n\nThink step by step, and end with the answer as a number on a line of its own.`)],
    checker: { kind: 'numeric', value: Number(result.exec(answer)?.[1]?.replaceAll(',', '')) },
    references: [answer],
  }))
}
