import type { Message } from '../message.js'
import type { Complete, CompleteOptions } from '../ports.js'
import { engineLost } from './engine-failure.js'
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

/** Asks until the reply is a verdict; the judge is told what was wrong with its last reply. */
export async function askVerdict<Verdict>(
  complete: Complete,
  messages: readonly Message[],
  { form, name, maxReplies, request }: AskVerdictOptions<Verdict>,
): Promise<Verdict> {
  let turns = messages
  for (let reply = 1; ; reply++) {
    const { text, finish } = await complete(turns, { ...request, schema: form.json })
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
