import { jsonSchemaGrammar } from '@foretoken/runner-llamacpp'
import type { ToolDefinition } from '../text-request.js'
import type { ToolFormat } from './tool-format.js'

/** What must be written of a call. */
export interface ToolGrammarOptions {
  readonly format: ToolFormat
  /** One of these is called. */
  readonly tools: readonly ToolDefinition[]
  /**
   * Whether an answer that calls nothing will do.
   * @defaultValue false
   */
  readonly isOptional?: boolean
}

/**
 * A grammar of one call, with arguments that fit the tool's schema. Throws `ERR_OPTION_INVALID` for a schema that a grammar
 * cannot keep, with the keyword.
 */
export function toolGrammar({ format, tools, isOptional = false }: ToolGrammarOptions): string {
  const call = jsonSchemaGrammar(callSchema(tools, format)).replace(/^root ::= /m, 'call ::= ')
  const [before, after] = frames[format]
  const framed = `${quoted(before)} call ${quoted(after)}`
  return `root ::= ${isOptional ? `${framed} | ${textBut(before.trim())}` : framed}\n${call}`
}

/** What stands before a call and behind it. */
const frames: Readonly<Record<ToolFormat, readonly [before: string, after: string]>> = {
  hermes: ['<tool_call>\n', '\n</tool_call>'],
  llama3: ['', ''],
  mistral: ['[TOOL_CALLS][', ']'],
}

/** Any text that does not begin with a mark; all of it is there to be read from left to right. */
function textBut(mark: string): string {
  const any = '[^\\x00]*'
  return [...mark].reduceRight((rest, letter) => {
    const goOn = rest === '' ? '' : ` | ${quoted(letter)} ${rest}`
    return `([^${letter}] ${any}${goOn})?`
  }, '')
}

function quoted(text: string): string {
  return text === '' ? '' : `"${text.replaceAll('\n', '\\n')}"`
}

function callSchema(tools: readonly ToolDefinition[], format: ToolFormat): unknown {
  const member = format === 'llama3' ? 'parameters' : 'arguments'
  return {
    anyOf: tools.map(({ name }, index) => ({
      type: 'object',
      properties: { name: { const: name }, [member]: { $ref: `#/$defs/${index}` } },
      required: ['name', member],
      additionalProperties: false,
    })),
    $defs: Object.fromEntries(tools.map(({ parameters }, index) => [index, objectSchema(parameters, index)])),
  }
}

/** Arguments are an object; references lead to where the schema stands now. */
function objectSchema(parameters: ToolDefinition['parameters'], index: number): unknown {
  return moved({ type: 'object', ...parameters }, `#/$defs/${index}`)
}

function moved(schema: unknown, base: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => moved(item, base))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === '$ref' && typeof value === 'string' && value.startsWith('#')) return [key, base + value.slice(1)]
      // What these hold are values, not schemas.
      if (key === 'const' || key === 'enum' || key === 'default' || key === 'examples') return [key, value]
      return [key, moved(value, base)]
    }),
  )
}
