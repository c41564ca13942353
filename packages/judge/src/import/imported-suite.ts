import type { Checker } from '../checker.js'
import type { Message, ToolDefinition } from '../message.js'

/** Formats of public suites that are read. */
export type ImportFormat = 'ifeval' | 'gsm8k' | 'humaneval' | 'bfcl' | 'mt-bench' | 'fastchat' | 'promptfoo'

/** A prompt of a suite that others wrote: it has no tier and no recorded answers. */
export interface ImportedPrompt {
  readonly id: string
  /** Messages before each answer; the answers come between them. */
  readonly turns: readonly (readonly Message[])[]
  /** Absent: none. */
  readonly tools?: readonly ToolDefinition[]
  /** Checks the last answer. Absent: it takes a judge. */
  readonly checker?: Checker
  /** What a judge looks for, where the suite says so. */
  readonly rubric?: string
  /** Right answers, one for each turn that has one. */
  readonly references: readonly string[]
  /** Absent: the suite has none. */
  readonly category?: string
}

/** A suite that others wrote. */
export interface ImportedSuite {
  readonly suite: ImportFormat
  /** SHA-256 of what was read: scores of different texts are scores of different suites. */
  readonly fingerprint: string
  readonly prompts: readonly ImportedPrompt[]
}

/** A text that is imported, with the name that errors tell. */
export interface ImportSource {
  readonly name: string
  readonly text: string
}

/** The messages of one turn that a user begins. */
export function userTurn(content: string): readonly Message[] {
  return [{ role: 'user', content }]
}
