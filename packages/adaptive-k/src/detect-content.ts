import { detectLanguage } from './detect-language.js'

/** Kinds of text that are drafted differently well. */
export type Content = 'code' | 'json' | 'sql' | 'tool-call' | 'mathematics' | 'prose'

/** What a text is. */
export interface DetectedContent {
  readonly content: Content
  /** ISO 639-1 code of the language that prose is in; empty where it cannot be told, and for everything but prose. */
  readonly language: string
}

/**
 * Says what kind of text this is, by its last 4,000 characters: what comes next is most like what came last.
 *
 * Marks that no other kind has decide at once (tool calls, then SQL statements at the start of a line); else every line
 * votes by its length, as code, JSON, mathematics or prose.
 */
export function detectContent(text: string): DetectedContent {
  const content = contentOf(text.slice(-4_000))
  return { content, language: content === 'prose' ? detectLanguage(text.slice(-4_000)) : '' }
}

function contentOf(text: string): Content {
  if (toolCalls.some((mark) => mark.test(text))) return 'tool-call'
  const votes: Record<Content, number> = { code: 0, json: 0, sql: 0, 'tool-call': 0, mathematics: 0, prose: 0 }
  let inSql = false
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('```')) continue
    inSql = sqlStart.test(trimmed) || (inSql && !/;$/.test(trimmed))
    const content = inSql ? 'sql' : lineContent(trimmed)
    votes[content] += content === 'prose' ? proseShare * trimmed.length : trimmed.length
  }
  let best: Content = 'prose'
  for (const [content, vote] of Object.entries(votes) as [Content, number][]) if (vote > votes[best]) best = content
  return best
}

/** The first kind that the line has a mark of. */
function lineContent(line: string): Content {
  return lineMarks.find(([, marks]) => marks.some((mark) => mark.test(line)))?.[0] ?? 'prose'
}

/** Comments are prose, and many a line of code has no mark; prose has no marks of anything else. */
const proseShare = 0.4

const toolCalls: readonly RegExp[] = [
  /<tool_call>|<function_calls>|<function=[\w.-]+>|<\|python_tag\|>|\[TOOL_CALLS\]/,
  /^Action:.*\nAction Input:/m,
  /"tool_calls"\s*:/,
  // An object that has a name and then what it is called with.
  /"name"\s*:\s*"[\w.-]+"\s*,\s*"(arguments|parameters)"\s*:\s*["{]/,
]

const sqlStart: RegExp =
  /^(SELECT\b.*(\bFROM\b|,|\*|\bAS\b|$)|INSERT\s+INTO\s+\S+|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\s+\S+|CREATE\s+(TABLE|INDEX|VIEW)\b|ALTER\s+TABLE\b|WITH\s+\w+\s+AS\s*\()|^select\s.*\sfrom\s+\w+(\s+(where|join|group|order|limit|as)\b|;|$)/

const lineMarks: readonly (readonly [Content, readonly RegExp[]])[] = [
  [
    'json',
    [
      // A key at the start, whatever the value.
      /^[[{,\s]*"[^"]*"\s*:\s*(["[{\d-]|true|false|null|$)/,
      /^[[\]{},\s]+$/,
      /^[[\s]*("[^"]*"|-?\d[\d.]*)\s*,?\s*\]?,?$/,
    ],
  ],
  [
    'mathematics',
    [
      /\\(frac|sum|int|sqrt|boxed|cdot|times|leq|geq|in|lim|begin|text|mathbb)\b|\\\[|\\\(/,
      /\$[^$\s][^$]*[=^_\\+<>][^$]*\$/,
      /[∑∫√≤≥∈ℝℕℤ∎∀∃⇒ᵢⱼ²³]/,
      // An equation of numbers, or of a function's value.
      /\d\s*[-+*/×÷^]\s*\$?\d[\d,.]*\s*=\s*\$?-?\d/,
      /^[a-z](\([^()]*\))?\s*=\s*[-+*/^()\d\sa-z.]*\d[-+*/^()\d\sa-z.=]*$/,
      /^####\s*-?\d/,
    ],
  ],
  [
    'code',
    [
      /[;{}]$/,
      /^(def|class|elif|except|with|while|for|if)\b.*:$/,
      /^(import|from)\s+[\w.*{]+(\s+import\b.*|\s+from\b.*)?;?$/,
      /^(export|const|let|var|func|fn|public|private|static|return|raise|throw|await|async|def|struct|type|interface)\s+[\w({[*"'`&<!]+.*[=(){}:;,.[\]]/,
      /^return\b.{0,60}$/,
      /^(#include|#define|#!\/|\/\/|\/\*|@\w+$)/,
      /^<\/?[a-z][\w-]*(\s+[\w:-]+=.*)?>|\/>$|<\/\w+>$/i,
      /^[\w.[\]"'$]+\s*([-+*/|&]?=|:=)\s*\S/,
      /^[\w.]+\((.*)\)[;,]?$/,
      /=>|->|::|&&|\|\||[!=]==?\s/,
      /^(if|elif|while|for|not|and|or|assert|del|yield|import|except)\b.*[:([\\]$/,
      /^(self|this)\.\w/,
      /^(done|fi|then|else|end|set -\w+|echo\s.*|\}.*)$/,
      /^"""/,
    ],
  ],
]
