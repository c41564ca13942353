import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'
import type { ExpectedCall } from '../checker.js'
import type { ToolDefinition } from '../message.js'
import type { ImportedPrompt, ImportSource } from './imported-suite.js'
import { parseJsonl } from './parse-jsonl.js'

const message = z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })
const question = z.object({
  id: z.string().min(1),
  question: z.array(z.array(message).min(1)).min(1),
  function: z.array(
    z.object({ name: z.string().min(1), description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  ),
})
const answer = z.object({
  id: z.string().min(1),
  ground_truth: z.array(z.record(z.string(), z.record(z.string(), z.array(z.unknown()).min(1)))),
})

/** BFCL's questions with their possible answers, for Python's functions in one turn (simple, multiple, parallel). */
export function importBfcl(questions: ImportSource, answers: ImportSource): ImportedPrompt[] {
  const truths = new Map(parseJsonl(answers, answer).map(({ id, ground_truth: truth }) => [id, truth]))
  return parseJsonl(questions, question).map(({ id, question: turns, function: tools }) => {
    const calls: readonly ExpectedCall[] | undefined = truths.get(id)
    if (calls === undefined) throw new SpeculationError('ERR_OPTION_INVALID', `${answers.name} has no answer to ${id}`)
    return {
      id,
      turns,
      tools: tools.map(engineTool),
      checker: { kind: 'toolCalls', tools, calls },
      references: [JSON.stringify(calls)],
      category: id.replace(/_\d.*$/, ''),
    }
  })
}

const jsonTypes: Readonly<Record<string, string>> = { dict: 'object', float: 'number', tuple: 'array' }

/** A function as engines take it: types of JSON Schema, and no dot in the name. */
function engineTool({ name, description, parameters }: ToolDefinition): ToolDefinition {
  return {
    name: name.replaceAll('.', '_'),
    description,
    parameters: withJsonTypes(parameters) as Readonly<Record<string, unknown>>,
  }
}

function withJsonTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withJsonTypes)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key !== 'type' || typeof value !== 'string') return [[key, withJsonTypes(value)]]
    return value === 'any' ? [] : [[key, jsonTypes[value] ?? value]]
  })
  return Object.fromEntries(entries)
}
