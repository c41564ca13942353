import type { Answer } from '../answer.js'
import { type CheckResult, checkResult } from '../check-result.js'
import type { ExpectedCall, ToolCallsChecker } from '../checker.js'
import type { ToolDefinition } from '../message.js'
import { finalText } from './answer-part.js'
import { type PythonCall, pythonCalls, pythonLiteral } from './python-calls.js'
import { PythonTuple, type PythonValue, pythonOf } from './python-value.js'
import { namedType, valueFault } from './tool-value.js'

/**
 * Whether an answer makes the calls, by the rules of the Berkeley Function Calling Leaderboard (`ast_checker.py`): names,
 * required parameters, types and possible values; the order of the calls does not matter. Calls come from the engine,
 * or from text as Python writes them.
 */
export function checkToolCalls(checker: ToolCallsChecker, answer: Answer): CheckResult {
  const calls = callsOf(answer)
  if (calls === undefined) return checkResult(checker.calls.length === 0, 'the answer makes no call')
  const names = calls.map(({ name }) => name)
  if (calls.length !== checker.calls.length) {
    return checkResult(false, `expected ${checker.calls.length} calls, got ${calls.length}`, { names })
  }
  const left = new Set(calls)
  const faults = checker.calls.flatMap((expected) => {
    const tried = [...left].map((call) => ({ call, fault: callFault(call, expected, checker.tools) }))
    const match = tried.find(({ fault }) => fault === undefined)
    if (match) left.delete(match.call)
    return match ? [] : [tried[0]?.fault ?? 'a call is missing']
  })
  return {
    passed: faults.length === 0,
    passedRate: calls.length === 0 ? 1 : (calls.length - faults.length) / calls.length,
    reason: faults.length === 0 ? 'every call is as expected' : faults.join('; '),
    details: { names },
  }
}

function callsOf({ text, toolCalls = [] }: Answer): readonly PythonCall[] | undefined {
  if (toolCalls.length === 0) return pythonCalls(finalText(text))
  return toolCalls.map(({ name, arguments: json }) => {
    const value = json.trim() === '' ? new Map() : pythonLiteral(json)
    // Arguments that are no object are kept as one that no function has.
    return { name, arguments: value instanceof Map ? value : new Map([['(not an object)', json]]) }
  })
}

function callFault(call: PythonCall, expected: ExpectedCall, tools: readonly ToolDefinition[]): string | undefined {
  const [name = '', possible = {}] = Object.entries(expected)[0] ?? []
  // Engines that allow no dot in a name are sent underscores.
  if (call.name !== name && call.name !== name.replaceAll('.', '_'))
    return `expected a call of ${name}, got ${call.name}`
  const { properties, required } = parametersOf(tools.find((tool) => tool.name === name))
  const missing = required.find((parameter) => !call.arguments.has(parameter))
  if (missing !== undefined) return `${name} lacks the required ${missing}`
  for (const [parameter, value] of call.arguments) {
    const fault = argumentFault(parameter, value, properties[parameter], possible[parameter])
    if (fault !== undefined) return `${name}: ${fault}`
  }
  const left = Object.entries(possible).find(([key, values]) => !call.arguments.has(key) && !values.includes(''))
  return left === undefined ? undefined : `${name} lacks ${left[0]}, which is not optional here`
}

function argumentFault(
  parameter: string,
  value: PythonValue,
  description: unknown,
  possible: readonly unknown[] | undefined,
): string | undefined {
  if (description === undefined || possible === undefined) return `${parameter} is not expected`
  const { type, items } = description as { type?: unknown; items?: { type?: unknown } }
  const outer = namedType(type)
  if (outer === undefined) return `${parameter} has the type ${String(type)}, which cannot be checked`
  const inner = outer === 'list' ? namedType(items?.type) : undefined
  const given = type === 'tuple' && value instanceof PythonTuple ? value.items : value
  const fault = valueFault(given, possible.map(pythonOf), { outer, inner })
  if (fault === 'type') return `${parameter} is not of the type ${String(type)}`
  return fault === undefined ? undefined : `${parameter} has none of the possible values`
}

function parametersOf(tool: ToolDefinition | undefined): {
  properties: Readonly<Record<string, unknown>>
  required: readonly string[]
} {
  const { properties, required } = (tool?.parameters ?? {}) as { properties?: unknown; required?: unknown }
  return {
    properties: typeof properties === 'object' && properties !== null ? (properties as Record<string, unknown>) : {},
    required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
  }
}
