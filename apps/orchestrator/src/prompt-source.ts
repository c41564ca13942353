import { readFile, stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { text as readText } from 'node:stream/consumers'
import { SpeculationError, type Tokens } from '@foretoken/contract'
import type { ChatMessage, LoadedModel } from '@foretoken/runner-llamacpp'
import type { Host } from './host.js'
import type { RunOptions } from './run-options.js'

/** Largest prompt file: no context holds as many tokens. */
const MOST_BYTES = 2 ** 26

/** The prompt that the options name; `undefined` where a person at the terminal is to be asked. */
export async function readPrompt(options: RunOptions, host: Host, signal: AbortSignal): Promise<string | undefined> {
  const { file, prompt } = options
  if (file === undefined && prompt === undefined && host.stdin.isTTY === true) return undefined
  const text = await readSource(file ?? (prompt === '-' ? '-' : undefined), prompt, { host, signal })
  if (text !== '') return text
  throw new SpeculationError('ERR_OPTION_INVALID', 'the prompt is empty; give one with -p, -f or on standard input')
}

async function readSource(
  path: string | undefined,
  prompt: string | undefined,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<string> {
  if (path !== undefined && path !== '-') return readPromptFile(path)
  if (path === undefined && prompt !== undefined) return prompt
  try {
    return await readText(addAbortSignal(signal, host.stdin))
  } catch (error) {
    if (signal.aborted)
      throw new SpeculationError('ERR_ABORTED', 'cancelled while reading the prompt', { cause: error })
    throw error
  }
}

async function readPromptFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= MOST_BYTES) return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the prompt file ${path} cannot be read`, {
      cause,
      details: { path },
    })
  }
  throw new SpeculationError(
    'ERR_CONTEXT_FULL',
    `the prompt file ${path} has more than ${MOST_BYTES} bytes; shorten it`,
  )
}

/** Tokens of a single prompt: as it stands with `raw`, else as the user's turn in the model's chat template. */
export function promptTokens(model: LoadedModel, text: string, options: Pick<RunOptions, 'raw' | 'system'>): Tokens {
  if (options.raw === true) return model.tokenize(text, { special: true })
  assertChatTemplate(model)
  // The newline that ends a file or an echo is not part of what was asked.
  return model.chatPrompt([...systemMessages(options), { role: 'user', content: text.replace(/[\r\n]+$/, '') }])
}

/** What stands before the first user's turn. */
export function systemMessages({ system }: Pick<RunOptions, 'system'>): readonly ChatMessage[] {
  return system === undefined ? [] : [{ role: 'system', content: system }]
}

/** Throws `ERR_OPTION_INVALID` for a model that has no chat template. */
export function assertChatTemplate({ facts }: LoadedModel): void {
  if (facts.hasChatTemplate) return
  throw new SpeculationError('ERR_OPTION_INVALID', `${facts.path} has no chat template; use --raw with a whole prompt`)
}
