import {
  CONTRACT_VERSION,
  type RollbackClass,
  SpeculationError,
  type Target,
  type Tokens,
  type Verdict,
} from '@foretoken/contract'

/** Options of {@link memoryTarget}. */
export interface MemoryTargetOptions {
  readonly vocabulary?: number
  readonly contextTokens?: number
  readonly rollback?: RollbackClass
  /** Id that ends the text; none by default. */
  readonly endOfText?: number
  /** Called before each verification; may throw, or wait. */
  readonly beforeVerify?: (call: number, signal: AbortSignal | undefined) => void | Promise<void>
  readonly beforeOpen?: () => void | Promise<void>
  /** Called when a session is disposed of; may throw. */
  readonly onDispose?: () => void
}

/** A target in memory: its next token is a function of the last three tokens and the depth, so that texts repeat a little. */
export interface MemoryTarget extends Target {
  readonly opened: number
  readonly disposed: number
}

export function memoryTarget(options: MemoryTargetOptions = {}): MemoryTarget {
  const { contextTokens = 1_000, rollback = 'trim' } = options
  const counts = { opened: 0, disposed: 0 }
  return {
    contractVersion: CONTRACT_VERSION,
    rollback,
    get opened() {
      return counts.opened
    },
    get disposed() {
      return counts.disposed
    },
    async open(prompt) {
      await options.beforeOpen?.()
      counts.opened++
      const sequence = [...prompt]
      let calls = 0
      return {
        get depth() {
          return sequence.length
        },
        contextTokens,
        async verify(draft, callOptions) {
          await options.beforeVerify?.(calls++, callOptions?.signal)
          return verify(sequence, draft, options, contextTokens)
        },
        async [Symbol.asyncDispose]() {
          counts.disposed++
          options.onDispose?.()
        },
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** The target's own next token after `sequence`. */
export function nextToken(sequence: readonly number[], { vocabulary = 7 }: MemoryTargetOptions = {}): number {
  const [a = 0, b = 0, c = 0] = sequence.slice(-3)
  const phase = sequence.length % 11 === 0 ? 1 : 0
  return (a * 5 + b * 3 + c + phase) % vocabulary
}

function verify(sequence: number[], draft: Tokens, options: MemoryTargetOptions, contextTokens: number): Verdict {
  const { vocabulary = 7, endOfText = -1 } = options
  let tried = 0
  const free = contextTokens - sequence.length - 1
  while (tried < Math.min(draft.length, free) && isPlain(draft[tried] as number)) tried++
  let accepted = 0
  let next = nextToken(sequence, options)
  while (accepted < tried && draft[accepted] === next) {
    sequence.push(next)
    accepted++
    next = nextToken(sequence, options)
  }
  sequence.push(next)
  const end = next === endOfText ? 'end-of-text' : sequence.length >= contextTokens ? 'context-full' : ''
  return { accepted, next, end, width: tried + 1, verifyMs: 1, topGap: 0.5 }

  function isPlain(token: number): boolean {
    return token >= 0 && token < vocabulary && token !== endOfText
  }
}

/** What the target says on its own: the oracle of every text. */
export function plainText(prompt: Tokens, maxTokens: number, options: MemoryTargetOptions = {}): number[] {
  const { endOfText = -1, contextTokens = 1_000 } = options
  const sequence = [...prompt]
  while (sequence.length - prompt.length < maxTokens && sequence.length < contextTokens) {
    sequence.push(nextToken(sequence, options))
    if (sequence[sequence.length - 1] === endOfText) break
  }
  return sequence.slice(prompt.length)
}

/** Throws what a real target throws when its context is lost. */
export function engineLost(): never {
  throw new SpeculationError('ERR_ENGINE_LOST', 'the engine is gone')
}

/** Every item, in order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
