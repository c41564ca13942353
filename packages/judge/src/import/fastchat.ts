import { z } from 'zod'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { parseJsonl } from './parse-jsonl.js'

const id = z.union([z.int(), z.string().min(1)])
const question = z.object({
  question_id: id,
  category: z.string().optional(),
  turns: z.array(z.string().min(1)).min(1),
  // Spec-Bench lists the parts of an answer, too.
  reference: z.union([z.array(z.union([z.string(), z.array(z.string())])), z.string()]).optional(),
})
const reference = z.object({ question_id: id, choices: z.array(z.object({ turns: z.array(z.string()) })).min(1) })

/**
 * Questions of FastChat, and so of MT-bench and Spec-Bench, with the reference answers of another file where there is one.
 * They take a judge: nothing is checked.
 */
export function importFastChat(questions: ImportSource, references?: ImportSource): ImportedPrompt[] {
  const answers = new Map(
    (references ? parseJsonl(references, reference) : []).map(({ question_id: key, choices }) => [
      String(key),
      choices[0]?.turns,
    ]),
  )
  return parseJsonl(questions, question).map((each) => ({
    id: String(each.question_id),
    turns: each.turns.map(userTurn),
    references:
      answers.get(String(each.question_id)) ?? [each.reference ?? []].flat().map((text) => [text].flat().join('; ')),
    ...(each.category !== undefined && { category: each.category }),
  }))
}
