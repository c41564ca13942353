import { SpeculationError, type TokenId } from '@foretoken/contract'
import { Template } from '@huggingface/jinja'
import type { ChatMessage } from './model-types.js'
import { cutAtSpecialTokens, longestFirst, type SpecialToken } from './special-tokens.js'

/** A conversation in the words of a model's template: text to tokenise, and special tokens between. */
export type ChatParts = readonly (string | TokenId)[]

/** What a chat template needs besides its messages. */
export interface ChatTemplateOptions {
  /** The Jinja source; `undefined` where the model has none. */
  readonly source: string | undefined
  readonly specials: readonly SpecialToken[]
  readonly beginOfText: string
  readonly endOfText: string
}

/**
 * Renders messages with the model's own template. Special tokens are those that the template writes: where a message
 * spells one, whole or together with what follows it, it stays text.
 */
export function renderChat(messages: readonly ChatMessage[], options: ChatTemplateOptions): ChatParts {
  const { source, specials, beginOfText, endOfText } = options
  checkMessages(messages)
  const veil = textVeil([source ?? '', ...messages.map(({ content }) => content)], longestFirst(specials))
  const text = render(source, {
    messages: messages.map(({ role, content }) => ({ role, content: veil.cover(content) })),
    add_generation_prompt: true,
    bos_token: beginOfText,
    eos_token: endOfText,
  })
  return cutAtSpecialTokens(text, specials).map((part) => (typeof part === 'number' ? part : veil.uncover(part)))
}

function render(source: string | undefined, values: Record<string, unknown>): string {
  if (source === undefined) {
    const cure = 'give it plain text instead (--raw on the command line)'
    throw new SpeculationError('ERR_OPTION_INVALID', `the model has no chat template; ${cure}`)
  }
  try {
    return new Template(source).render(values)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const cure = 'change the messages, or give it plain text instead (--raw on the command line)'
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `the model’s chat template refuses these messages: ${said}; ${cure}`,
      {
        details: { said },
        cause,
      },
    )
  }
}

function checkMessages(messages: readonly ChatMessage[]): void {
  if (messages.length === 0) throw invalid('at least one message', 'none')
  for (const { role, content } of messages) {
    if (role !== 'system' && role !== 'user' && role !== 'assistant') {
      throw invalid('the role system, user or assistant', JSON.stringify(role))
    }
    if (typeof content !== 'string') throw invalid('text as content', typeof content)
  }
}

function invalid(expected: string, got: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', `messages must have ${expected}, got ${got}`)
}

interface Veil {
  cover(content: string): string
  uncover(text: string): string
}

/**
 * Covers the names of special tokens in messages with letters that occur nowhere else, so that they pass through the
 * template unrecognised. A message without such names passes as it is.
 */
function textVeil(texts: readonly string[], specials: readonly SpecialToken[]): Veil {
  const names = specials.map(({ text }) => text)
  const mark = unusedLetter(texts)
  const covered: string[] = []
  const coverName = (name: string) => {
    covered.push(name)
    return `${mark}${covered.length - 1}${mark}`
  }
  return {
    cover(content) {
      let text = content
      for (const name of names) text = text.replaceAll(name, coverName)
      const beginning = longestBeginning(text, names)
      return beginning === '' ? text : text.slice(0, -beginning.length) + coverName(beginning)
    },
    uncover: (text) =>
      text.replaceAll(new RegExp(`${mark}(\\d+)${mark}`, 'g'), (_, index) => covered[Number(index)] ?? ''),
  }
}

/** The longest end of `text` with which one of `names` begins. */
function longestBeginning(text: string, names: readonly string[]): string {
  const longest = Math.max(0, ...names.map((name) => name.length - 1))
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length)
    if (names.some((name) => name.length > length && name.startsWith(end))) return end
  }
  return ''
}

/** A letter of the private use area that none of `texts` holds. */
function unusedLetter(texts: readonly string[]): string {
  for (let code = 0xe000; code < 0xf900; code++) {
    const letter = String.fromCharCode(code)
    if (!texts.some((text) => text.includes(letter))) return letter
  }
  throw invalid('fewer kinds of private use characters', 'all of them')
}
