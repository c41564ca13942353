import type { ToolDefinition } from './message.js'

/**
 * Part of an answer that is looked at: all of it, its last line that is not empty, what follows the last `after` text,
 * the last `\boxed{…}`, or the last fenced block.
 */
export type AnswerPart = 'whole' | 'lastLine' | 'boxed' | 'fenced' | { readonly after: string }

/** The answer is one of the values. */
export interface ExactChecker {
  readonly kind: 'exact'
  readonly values: readonly string[]
  /** Absent: `whole`. White space around the part never counts. */
  readonly part?: AnswerPart
  /** Absent: false. */
  readonly ignoreCase?: boolean
  /** Absent: false. A run of white space counts as one space. */
  readonly ignoreSpace?: boolean
  /** Absent: false. Punctuation at both ends does not count. */
  readonly ignorePunctuation?: boolean
}

/** The answer matches every pattern of `all` and none of `none`. */
export interface RegexChecker {
  readonly kind: 'regex'
  /** Absent: none. */
  readonly all?: readonly string[]
  /** Absent: none. */
  readonly none?: readonly string[]
  /** Flags of JavaScript's regular expressions, from `imsuv`. Absent: `u`. */
  readonly flags?: string
  /** Absent: `whole`. */
  readonly part?: AnswerPart
}

/** The last number of the answer is the value, in its unit or one that converts to it. */
export interface NumericChecker {
  readonly kind: 'numeric'
  readonly value: number
  /** Unit of `value`. Absent: a number without a unit, and whatever follows it is not looked at. */
  readonly unit?: string
  /** Whether the answer must name a unit. Absent: false, a bare number counts as in `unit`. */
  readonly unitRequired?: boolean
  /** Largest difference that passes. Absent: 0, up to rounding of the last bit. */
  readonly tolerance?: number
  /** Largest difference that passes, as a share of `value`. Absent: 0. */
  readonly relativeTolerance?: number
  /** Absent: `whole`. */
  readonly part?: AnswerPart
}

/** The answer is JSON that fits a JSON Schema (2020-12). */
export interface JsonSchemaChecker {
  readonly kind: 'jsonSchema'
  readonly schema: Readonly<Record<string, unknown>> | boolean
  /** Absent: `whole`, where one fence around everything is allowed unless `strict`. */
  readonly part?: AnswerPart
  /** Absent: false. Nothing but the JSON may be there, no fence either. */
  readonly strict?: boolean
}

/** One expected call: its name, and the values that each argument may have; `''` among them makes it optional. */
export type ExpectedCall = Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>

/** The answer calls the functions, by the rules of the Berkeley Function Calling Leaderboard. */
export interface ToolCallsChecker {
  readonly kind: 'toolCalls'
  readonly tools: readonly ToolDefinition[]
  /** Calls that must be made, in any order. Empty: the answer must call nothing. */
  readonly calls: readonly ExpectedCall[]
}

/** An instruction of IFEval with its arguments. */
export interface IfevalInstruction {
  readonly id: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** The answer follows the instructions of IFEval. */
export interface IfevalChecker {
  readonly kind: 'ifeval'
  readonly instructions: readonly IfevalInstruction[]
  /** Absent: `strict`. `loose` also passes when a variant of the answer does, as published. */
  readonly mode?: 'strict' | 'loose'
}

/** The code of the answer passes the tests, in a sandbox. */
export interface CodeChecker {
  readonly kind: 'code'
  readonly language: 'javascript' | 'python'
  /** Text that the code is put behind, such as a signature that the answer goes on from. Absent: empty. */
  readonly prelude?: string
  /** Program that runs after the code and throws when something is wrong. */
  readonly tests: string
  /** Most milliseconds of the tests (1 to 60,000). Absent: 5,000. */
  readonly timeoutMs?: number
}

/** Every one of the checkers passes. */
export interface AllChecker {
  readonly kind: 'all'
  readonly checkers: readonly Checker[]
}

/** How an answer is checked without a model. */
export type Checker =
  | ExactChecker
  | RegexChecker
  | NumericChecker
  | JsonSchemaChecker
  | ToolCallsChecker
  | IfevalChecker
  | CodeChecker
  | AllChecker
