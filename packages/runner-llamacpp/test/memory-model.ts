import {
  CONTRACT_VERSION,
  type Drafter,
  SpeculationError,
  type Target,
  type TargetSession,
  type Tokens,
  type Verdict,
} from '@foretoken/contract'
import type { LoadedModel } from '../src/model-types.js'

/** What a model in memory would say. */
export interface MemoryModelOptions {
  /** The best token after `sequence`, prompt included, and its lead over the second, when decoded `width` at a time. */
  readonly next: (sequence: readonly number[], width: number) => { readonly token: number; readonly gap?: number }
  /** @defaultValue the token's decimal number and a space */
  readonly bytes?: (token: number) => Uint8Array
  /** @defaultValue none */
  readonly endOfText?: number
  /** Are called before a prompt is evaluated and before each verification, e.g. to let time pass. */
  readonly beforeOpen?: () => void
  readonly beforeVerify?: (width: number) => void
}

/** The parts of a loaded model that texts are made with; counts its contexts. */
export interface MemoryModel extends Pick<LoadedModel, 'openTarget' | 'textDecoder'> {
  readonly openContexts: number
  readonly openedContexts: number
}

const contextTokens = 2_000

export function memoryModel(options: MemoryModelOptions): MemoryModel {
  const { bytes = (token) => new TextEncoder().encode(`${token} `) } = options
  const contexts = { open: 0, opened: 0 }
  return {
    get openContexts() {
      return contexts.open
    },
    get openedContexts() {
      return contexts.opened
    },
    async openTarget() {
      contexts.open++
      contexts.opened++
      return memoryTarget(options, () => contexts.open--)
    },
    textDecoder() {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      return {
        push: (tokens) =>
          [...tokens]
            .map((token) => decoder.decode(token === options.endOfText ? undefined : bytes(token), { stream: true }))
            .join(''),
        end: () => decoder.decode(),
      }
    },
  }
}

function memoryTarget(options: MemoryModelOptions, onDispose: () => void): Target {
  return {
    contractVersion: CONTRACT_VERSION,
    rollback: 'trim',
    async open(prompt) {
      options.beforeOpen?.()
      return memorySession(options, [...prompt])
    },
    async [Symbol.asyncDispose]() {
      onDispose()
    },
  }
}

function memorySession({ next, endOfText, beforeVerify }: MemoryModelOptions, sequence: number[]): TargetSession {
  const gapOf = ({ gap }: { gap?: number }): { topGap?: number } => (gap === undefined ? {} : { topGap: gap })
  const endAfter = (token: number): Verdict['end'] => {
    if (token === endOfText) return 'end-of-text'
    return sequence.length >= contextTokens ? 'context-full' : ''
  }
  let closed = false
  return {
    get depth() {
      return sequence.length
    },
    contextTokens,
    async verify(draft) {
      // As with an engine, a session that ends while it works has no result.
      await null
      if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed')
      const most = draft.subarray(0, Math.max(0, contextTokens - sequence.length - 1))
      const ends = endOfText === undefined ? -1 : most.indexOf(endOfText)
      const tried = ends < 0 ? most : most.subarray(0, ends)
      const width = tried.length + 1
      beforeVerify?.(width)
      let accepted = 0
      let best = next(sequence, width)
      for (; tried[accepted] === best.token; accepted++) {
        sequence.push(best.token)
        best = next(sequence, width)
      }
      sequence.push(best.token)
      return { accepted, next: best.token, end: endAfter(best.token), width, verifyMs: 1, ...gapOf(best) }
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}

/** Says `script` after a prompt of one token, whatever the width. */
export function script(tokens: readonly number[]): MemoryModelOptions['next'] {
  return (sequence) => ({ token: tokens[sequence.length - 1] ?? 0, gap: 1 })
}

/** A drafter that knows the text and is wrong in the places where `isWrong` says so. */
export function knowingDrafter(
  text: readonly number[],
  isWrong: (index: number) => boolean = () => false,
): KnowingDrafter {
  const committed: number[] = []
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'knowing',
    learnsAcrossSessions: false,
    committed,
    open: () => ({
      draft({ maxTokens }) {
        const guess = text.slice(committed.length, committed.length + maxTokens)
        const tokens = guess.map((token, offset) => (isWrong(committed.length + offset) ? token + 1 : token))
        return { tokens: Int32Array.from(tokens), drafter: 'knowing' }
      },
      commit(tokens) {
        for (const token of tokens) committed.push(token)
      },
      async [Symbol.asyncDispose]() {},
    }),
    [Symbol.dispose]() {},
  }
}

/** For one session: its place in the text is the number of tokens committed to it. */
export interface KnowingDrafter extends Drafter {
  readonly committed: readonly number[]
}

/** A prompt of one token. */
export const onePrompt: Tokens = Int32Array.of(0)
