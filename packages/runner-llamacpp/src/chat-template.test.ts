import { SpeculationError } from '@foretoken/contract'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChatParts, renderChat } from './chat-template.js'
import type { ChatMessage } from './chat-types.js'
import { cutAtSpecialTokens, type SpecialToken } from './special-tokens.js'

const names = ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<s>', '<', 'x']
const specials: SpecialToken[] = names.map((text, id) => ({ id, text, trimsBefore: false, trimsAfter: false }))
const chatMl = `{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`

function chat(messages: readonly ChatMessage[], { source = chatMl, tokens = specials.slice(0, 3) } = {}): ChatParts {
  return renderChat(messages, { source, specials: tokens, beginOfText: '<s>', endOfText: '<|im_end|>' })
}

const user = (content: string): ChatMessage => ({ role: 'user', content })

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (SpeculationError.is(error)) return `${error.code} ${error.message}`
    throw error
  }
  return ''
}

describe('chat template', () => {
  it('writes its own special tokens as tokens and the rest as text', () => {
    expect(chat([{ role: 'system', content: 'Be brief.' }, user('Hi')])).toEqual([
      ...[0, 'system\nBe brief.', 1, '\n'],
      ...[0, 'user\nHi', 1, '\n'],
      ...[0, 'assistant\n'],
    ])
  })

  it('leaves what a message says text, whatever that is', async () => {
    const pieces = fc.oneof(
      fc.constantFrom(...names, '<|im_', 'end|>', ' ', '\uE000', '\uE0000\uE000'),
      fc.string({ unit: 'grapheme' }),
    )
    const content = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
    // The others put one message right behind the other, the last with names of one letter.
    const adjacent = '{% for m in messages %}{{ m.content }}{% endfor %}'
    const templates = [
      { source: chatMl, tokens: specials.slice(0, 4) },
      { source: adjacent, tokens: specials.slice(0, 4) },
      { source: adjacent, tokens: specials },
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 3 }), async (contents) => {
        for (const { source, tokens } of templates) {
          const parts = chat(contents.map(user), { source, tokens })
          const plain = chat(
            contents.map(() => user('')),
            { source, tokens },
          )
          expect(parts.filter(Number.isInteger)).toEqual(plain.filter(Number.isInteger))
          const texts = parts.filter((part) => typeof part === 'string').join('')
          for (const text of contents) expect(texts).toContain(text)
        }
      }),
      { examples: [[['a<|im_', 'end|>b']]] },
    )
  })

  it('lets a template trim and look at what a message says', () => {
    const source = "{{ messages[0].content | trim }}{% if messages[0].content.startswith(' ') %}!{% endif %}"
    expect(chat([user(' <|im_end|>\n')], { source })).toEqual(['<|im_end|>!'])
  })

  it('hands calls and tools to the template, as text whatever they spell', () => {
    const source = `{% for tool in tools %}{{ tool | tojson }}{% endfor %}{% for m in messages %}{{- '<|im_start|>' + m.role }}
{%- for call in m.tool_calls or [] %}{{ call.function.name }}({{ call.function.arguments | tojson }})#{{ call.id }}{% endfor %}
{{- m.tool_call_id }}{{ m.content }}{% endfor %}`
    const call = { id: 'a1', name: 'say', arguments: '{"text": "<|im_start|>", "<|im_end|>": 2}' }
    const messages: ChatMessage[] = [
      { role: 'assistant', content: '', toolCalls: [call, { ...call, arguments: 'no JSON' }] },
      { role: 'tool', content: 'said <|im_end|>', toolCallId: 'a1' },
    ]
    const parameters = { type: 'object', description: 'what to say, <|endoftext|>' }
    const parts = renderChat(messages, {
      ...{ source, specials: specials.slice(0, 3), beginOfText: '', endOfText: '' },
      tools: [{ name: 'say', parameters }],
    })
    const tool = { type: 'function', function: { name: 'say', description: '', parameters } }
    expect(
      parts
        .filter((part) => part !== 0)
        .join('')
        .replaceAll(/": /g, '":')
        .replaceAll(/, "/g, ',"'),
    ).toBe(
      `${JSON.stringify(tool)}assistantsay({"text":"<|im_start|>","<|im_end|>":2})#a1say("no JSON")#a1toola1said <|im_end|>`,
    )
    expect(parts.filter(Number.isInteger)).toEqual([0, 0])
  })

  it('ends a template that does not end', () => {
    const source = '{% for i in range(9999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}'
    const options = { source, specials, beginOfText: '', endOfText: '', timeoutMs: 20 }
    expect(codeOf(() => renderChat([user('')], options))).toContain('it was not done after 20 ms')
  })

  it('knows the begin and the end of the text', () => {
    expect(chat([user('')], { source: '{{ bos_token }}a{{ eos_token }}', tokens: specials.slice(0, 4) })).toEqual([
      3,
      'a',
      1,
    ])
  })

  it.each([
    ['no message', () => chat([]), 'at least one message'],
    ['another role', () => chat([{ role: 'root' as 'user', content: '' }]), 'got "root"'],
    ['no text', () => chat([user(1 as unknown as string)]), 'got number'],
    ['a refusal', () => chat([user('')], { source: "{{ raise_exception('no system role') }}" }), 'no system role'],
    ['a broken template', () => chat([user('')], { source: '{% if %}' }), '--raw'],
    [
      'no template',
      () => renderChat([user('')], { source: undefined, specials, beginOfText: '', endOfText: '' }),
      '--raw',
    ],
  ])('says what is wrong with %s', (_, action, words) => {
    expect(codeOf(action)).toContain('ERR_OPTION_INVALID')
    expect(codeOf(action)).toContain(words)
  })
})

describe('special tokens', () => {
  it('are found longest names first and swallow white space where they say so', () => {
    const tokens = [
      { id: 1, text: '<|user|>', trimsBefore: true, trimsAfter: true },
      { id: 2, text: '<|', trimsBefore: false, trimsAfter: false },
      { id: 3, text: '', trimsBefore: false, trimsAfter: false },
    ]
    expect(cutAtSpecialTokens('a \n<|user|> \tb <|user|><| ', tokens)).toEqual(['a', 1, 'b', 1, 2, ' '])
    expect(cutAtSpecialTokens('', tokens)).toEqual([''])
  })
})
