import { CONTRACT_VERSION, type RollbackClass, type Target, type Tokens, type Verdict } from '@foretoken/contract'

/** What a {@link memoryTarget} does. */
export interface MemoryTargetOptions {
  readonly contextTokens?: number
  readonly rollback?: RollbackClass
  /** Id that ends the text; none by default. */
  readonly endOfText?: number
  readonly onOpen?: () => void | Promise<void>
  /** Called before each verification; may throw or wait. */
  readonly onVerify?: (call: number) => void | Promise<void>
  readonly onDispose?: () => void
}

/** A target that counts its sessions. */
export interface MemoryTarget extends Target {
  readonly seen: { opened: number; verified: number; disposed: number }
}

const vocabulary = 7
const mostTokens = 1_000

/** A target in memory; its text is that of {@link nextToken}. */
export function memoryTarget(options: MemoryTargetOptions = {}): MemoryTarget {
  const { contextTokens = mostTokens, rollback = 'trim' } = options
  const seen = { opened: 0, verified: 0, disposed: 0 }
  return {
    contractVersion: CONTRACT_VERSION,
    rollback,
    seen,
    async open(prompt) {
      await options.onOpen?.()
      seen.opened++
      const text = [...prompt]
      let calls = 0
      return {
        get depth() {
          return text.length
        },
        contextTokens,
        async verify(draft) {
          seen.verified++
          await options.onVerify?.(calls++)
          return verify(text, draft, options)
        },
        async [Symbol.asyncDispose]() {
          seen.disposed++
          options.onDispose?.()
        },
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** The target's next token, from the last three and the length of the text: it repeats itself, but not for ever. */
export function nextToken(text: readonly number[]): number {
  const [first = 0, second = 0, third = 0] = text.slice(-3)
  const drift = text.length % 11 === 0 ? 1 : 0
  return (first * 5 + second * 3 + third + drift) % vocabulary
}

/** What the target says on its own: the oracle of every text. */
export function plainText(
  prompt: Tokens,
  { maxTokens = mostTokens, endOfText, contextTokens = mostTokens }: MemoryTargetOptions & { maxTokens?: number } = {},
): number[] {
  const text = [...prompt]
  do text.push(nextToken(text))
  while (text.length < Math.min(prompt.length + maxTokens, contextTokens) && text.at(-1) !== endOfText)
  return text.slice(prompt.length)
}

/** Every item, in order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

function verify(text: number[], draft: Tokens, options: MemoryTargetOptions): Verdict {
  const { endOfText, contextTokens = mostTokens } = options
  const impossible = draft.findIndex((token) => token < 0 || token >= vocabulary || token === endOfText)
  const possible = impossible < 0 ? draft.length : impossible
  const tried = Math.min(possible, contextTokens - text.length - 1)
  let accepted = 0
  while (accepted < tried && draft[accepted] === nextToken(text)) text.push(draft[accepted++] as number)
  const next = nextToken(text)
  text.push(next)
  const full = text.length >= contextTokens ? 'context-full' : ''
  return { accepted, next, end: next === endOfText ? 'end-of-text' : full, width: tried + 1, verifyMs: 1, topGap: 0.5 }
}
