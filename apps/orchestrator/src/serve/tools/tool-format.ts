import type { ToolCallFormat } from '@foretoken/registry'
import { type Reading, readJson, readName, readSpace, readWord, type TextSource, wordStart } from './text-source.js'
import { argumentsOf, type WrittenCall, writtenCall, writtenCalls } from './written-call.js'

/** How models write calls that can be read here. */
export type ToolFormat = 'hermes' | 'llama3' | 'mistral'

/** One way to write calls of tools. */
export interface CallSyntax {
  /** Special tokens that the text must show. */
  readonly marks: readonly string[]
  /** Where a call may begin; the text's length where none does. `isFresh`: nothing but calls was written before. */
  start(text: string, isFresh: boolean): number
  /** Reads the calls that stand at the beginning; `undefined` where there are none. */
  read(source: TextSource, names: ReadonlySet<string>): Reading<ReadCalls | undefined>
  /** What may stand between calls, besides white space. */
  readonly between: string
}

/** Calls, and how much text they took. */
export interface ReadCalls {
  readonly length: number
  readonly calls: readonly WrittenCall[]
}

/** `<tool_call>{"name": …, "arguments": …}</tool_call>`: Hermes, Qwen and others. */
const hermes: CallSyntax = {
  marks: ['<tool_call>', '</tool_call>'],
  start: (text) => wordStart(text, '<tool_call>'),
  between: '',
  *read(source, names) {
    const begin = yield* readWord(source, 0, '<tool_call>')
    if (begin === undefined) return undefined
    const from = yield* readSpace(source, begin)
    const end = yield* readJson(source, from)
    const call = end === undefined ? undefined : writtenCall(source.text.slice(from, end), names)
    if (end === undefined || call === undefined) return undefined
    const close = yield* readSpace(source, end)
    const length = yield* readWord(source, close, '</tool_call>')
    return length === undefined ? undefined : { length, calls: [call] }
  },
}

const pythonTag = '<|python_tag|>'

/** `{"name": …, "parameters": …}` as the whole answer, or behind `<|python_tag|>`; several with `;` between. */
const llama3: CallSyntax = {
  marks: [pythonTag],
  start(text, isFresh) {
    // White space waits for what follows it: it may belong to a call.
    if (isFresh && /^[ \n\r\t]*([{<]|$)/.test(text)) return 0
    return wordStart(text, pythonTag)
  },
  between: ';',
  *read(source, names) {
    const space = yield* readSpace(source, 0)
    const tag = source.text[space] === '<' ? yield* readWord(source, space, pythonTag) : undefined
    const from = tag === undefined ? space : yield* readSpace(source, tag)
    const length = yield* readJson(source, from)
    const call = length === undefined ? undefined : writtenCall(source.text.slice(from, length), names)
    return length === undefined || call === undefined ? undefined : { length, calls: [call] }
  },
}

/** `[TOOL_CALLS][{"name": …, "arguments": …}]`, and `[TOOL_CALLS]name[ARGS]{…}` of later models. */
const mistral: CallSyntax = {
  marks: ['[TOOL_CALLS]', '[ARGS]', '[CALL_ID]'],
  start: (text) => wordStart(text, '[TOOL_CALLS]'),
  between: '',
  *read(source, names) {
    const begin = yield* readWord(source, 0, '[TOOL_CALLS]')
    if (begin === undefined) return undefined
    const from = yield* readSpace(source, begin)
    if (source.text[from] !== '[') return yield* readNamedCall(source, from, names)
    const length = yield* readJson(source, from)
    const calls = length === undefined ? undefined : writtenCalls(source.text.slice(from, length), names)
    return length === undefined || calls === undefined ? undefined : { length, calls }
  },
}

function* readNamedCall(source: TextSource, from: number, names: ReadonlySet<string>): Reading<ReadCalls | undefined> {
  const end = yield* readName(source, from)
  const name = source.text.slice(from, end)
  if (end === undefined || !names.has(name)) return undefined
  const id = yield* readWord(source, end, '[CALL_ID]')
  const idEnd = id === undefined ? end : yield* readName(source, id)
  if (idEnd === undefined) return undefined
  const begin = (yield* readWord(source, idEnd, '[ARGS]')) ?? idEnd
  const length = yield* readJson(source, begin)
  const given = length === undefined ? undefined : argumentsOf(source.text.slice(begin, length))
  return length === undefined || given === undefined ? undefined : { length, calls: [{ name, arguments: given }] }
}

/** What is known of each format. */
export const callSyntaxes: Readonly<Record<ToolFormat, CallSyntax>> = { hermes, llama3, mistral }

/** How a model's calls can be read; `grammar` where its template has no tools, or none that are known here. */
export function toolFormatOf(family: ToolCallFormat | undefined): ToolFormat | 'grammar' {
  return family === 'hermes' || family === 'llama3' || family === 'mistral' ? family : 'grammar'
}
