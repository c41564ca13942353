import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'
import { ifevalFault } from '../ifeval/check-ifeval.js'
import { type ImportedPrompt, type ImportSource, userTurn } from './imported-suite.js'
import { parseJsonl } from './parse-jsonl.js'

const row = z.object({
  key: z.union([z.int(), z.string()]),
  prompt: z.string().min(1),
  instruction_id_list: z.array(z.string()).min(1),
  kwargs: z.array(z.record(z.string(), z.unknown())),
})

/** IFEval's `input_data.jsonl`; arguments that are null are left out, as in the copies that list every argument. */
export function importIfeval(source: ImportSource): ImportedPrompt[] {
  return parseJsonl(source, row).map(({ key, prompt, instruction_id_list: ids, kwargs }) => {
    const instructions = ids.map((id, index) => ({
      id,
      arguments: Object.fromEntries(Object.entries(kwargs[index] ?? {}).filter(([, value]) => value !== null)),
    }))
    const fault = instructions.map(ifevalFault).find((each) => each !== undefined)
    if (fault !== undefined) throw new SpeculationError('ERR_OPTION_INVALID', `${source.name}: key ${key}: ${fault}`)
    return {
      id: String(key),
      turns: [userTurn(prompt)],
      checker: { kind: 'ifeval', instructions },
      references: [],
    }
  })
}
