import { z } from 'zod'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { parseJsonl } from './parse-jsonl.js'

const row = z.object({
  task_id: z.string().min(1),
  prompt: z.string().min(1),
  entry_point: z.string().regex(/^[A-Za-z_]\w*$/),
  canonical_solution: z.string(),
  test: z.string().min(1),
})

/** HumanEval's rows. Models that chat are asked for the whole function; a body alone passes as well. */
export function importHumanEval(source: ImportSource): ImportedPrompt[] {
  return parseJsonl(source, row).map((each) => ({
    id: each.task_id,
    turns: [
      userTurn(
        `Complete this function. Answer with the whole function in one block of Python.\n\n\`\`\`python\n${each.prompt}\n\`\`\``,
      ),
    ],
    checker: {
      kind: 'code',
      language: 'python',
      prelude: each.prompt,
      tests: `${each.test}\ncheck(${each.entry_point})\n`,
      timeoutMs: 10_000,
    },
    references: [each.canonical_solution],
  }))
}
