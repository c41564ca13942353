import { SpeculationError, type Target } from '@foretoken/contract'
import type { ChatMessage } from '@foretoken/runner-llamacpp'
import { errorReport } from './error-report.js'
import { assertChatTemplate, systemMessages } from './prompt-source.js'
import { messageReader } from './read-message.js'
import type { RunParts } from './run-parts.js'
import { type Writer, writeText } from './write-text.js'

const HELP = `/reset  forgets the conversation
/exit   leaves, as Ctrl-D does
/help   shows this
Ctrl-C stops an answer; at the prompt it leaves. A pasted text is one message, whatever its number of lines.
`

/** Talks with a person at the terminal until they leave, or the process is told to end. */
export async function chat(writer: Writer, parts: RunParts): Promise<void> {
  const { model } = writer
  assertChatTemplate(model)
  const { host, options, interruption, messageColours } = parts
  const { architecture, contextTokens } = model.facts
  await using target = await model.openTarget()
  const reader = messageReader(host, messageColours)
  let conversation = systemMessages(options)
  host.stderr.write(
    messageColours.dim(`${architecture}, context of ${contextTokens} tokens; /help lists the commands\n`),
  )
  while (!interruption.signal.aborted) {
    const message = (await reader.read(interruption.signal))?.trim()
    if (message === undefined || message === '/exit') return
    if (message === '/reset') {
      conversation = systemMessages(options)
      host.stderr.write('The conversation is forgotten.\n')
    } else if (/^\/\w*$/.test(message)) host.stderr.write(HELP)
    else if (message !== '')
      conversation = await answered([...conversation, { role: 'user', content: message }], { ...writer, target }, parts)
    interruption.rearm()
  }
}

/** Answers the last message of the conversation. An answer that was stopped stays in it as far as it was shown. */
async function answered(
  conversation: readonly ChatMessage[],
  writer: Writer & { readonly target: Target },
  parts: RunParts,
): Promise<readonly ChatMessage[]> {
  try {
    const { text } = await writeText({ ...writer, prompt: writer.model.chatPrompt(conversation) }, parts)
    return [...conversation, { role: 'assistant', content: text }]
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_CONTEXT_FULL')) throw error
    parts.progress.clear()
    parts.host.stderr.write(
      `foretoken: ${errorReport(error).message}; /reset starts anew, --context makes room for more\n`,
    )
    return conversation.slice(0, -1)
  }
}
