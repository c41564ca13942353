import type { Message } from '../message.js'
import type { Complete, CompleteOptions, Completion } from '../ports.js'
import { engineLost, failureOf } from './engine-failure.js'
import { parseVerdict, type VerdictForm } from './verdict.js'

/** How a verdict is asked for. */
export interface AskVerdictOptions<Verdict> {
  readonly form: VerdictForm<Verdict>
  /** Name of the judge, for errors. */
  readonly name: string
  /** Most replies that are read. */
  readonly maxReplies: number
  readonly request: CompleteOptions
}

// What servers say that cannot make an answer follow a JSON Schema; the form is in the prompt, too.
const mayRefuseSchemas = [400, 415, 422, 501]

/** Asks until the reply is a verdict; the judge is told what was wrong with its last reply. */
export async function askVerdict<Verdict>(
  complete: Complete,
  messages: readonly Message[],
  { form, name, maxReplies, request }: AskVerdictOptions<Verdict>,
): Promise<Verdict> {
  let turns = messages
  let ask = (asked: readonly Message[]): Promise<Completion> => {
    return complete(asked, { ...request, schema: form.json }).catch((error) => {
      if (!mayRefuseSchemas.includes(failureOf(error)?.httpStatus ?? 0)) throw error
      ask = (again) => complete(again, request)
      return ask(asked)
    })
  }
  for (let reply = 1; ; reply++) {
    const { text, finish } = await ask(turns)
    const verdict = parseVerdict(text, form)
    if (typeof verdict !== 'string') return verdict
    request.signal?.throwIfAborted()
    const fault = finish === 'timeout' || finish === 'length' ? `${verdict}, and was cut off` : verdict
    if (reply === maxReplies) {
      throw engineLost(`${name} gave no verdict in ${maxReplies} replies: ${fault}`, { isRetryable: false })
    }
    const said = text.trim() === '' ? [] : [{ role: 'assistant', content: text.slice(0, 4_000) } as const]
    turns = [
      ...messages,
      ...said,
      { role: 'user', content: `That is no verdict: ${fault}. Reply with the JSON object only.` },
    ]
  }
}
