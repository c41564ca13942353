import type { ServingEngine, ServingFacts, StartEngine } from '../src/serve/serving-engine.js'
import type { TextEvent } from '../src/serve/text-event.js'
import type { TextRequest } from '../src/serve/text-request.js'

export interface ScriptedEngineOptions extends Partial<ServingFacts> {
  /** What it says; the prompt's last words again unless told otherwise. May throw. */
  readonly answer?: (request: TextRequest) => string | readonly TextEvent[]
  /** Awaited before each word. */
  readonly onWord?: (signal: AbortSignal) => Promise<void>
  readonly onDispose?: () => void
}

export function scriptedEngine(options: ScriptedEngineOptions = {}): ServingEngine {
  const { answer = lastWords, onWord = async () => {}, onDispose = () => {}, ...facts } = options
  return {
    facts: {
      engine: 'native',
      contextTokens: 1_000,
      slots: 1,
      memoryBytes: 1,
      takesImages: false,
      toolFormat: 'grammar',
      drafters: ['suffix'],
      ...facts,
    },
    async *generate(request, { signal }) {
      const said = answer(request)
      if (typeof said !== 'string') {
        yield* said
        return
      }
      yield { kind: 'start', promptTokens: 3, reusedTokens: 1 }
      const words = said.split(/(?<= )/)
      for (const [index, text] of words.entries()) {
        await onWord(signal)
        signal.throwIfAborted()
        yield pieceEvent(text, index)
      }
      yield { kind: 'end', finish: 'stop', completionTokens: words.length }
    },
    countTokens: async () => 3,
    async [Symbol.asyncDispose]() {
      onDispose()
    },
  }
}

/** A word of the drafter `suffix`, as a step of its own. */
export function pieceEvent(text: string, index: number): TextEvent {
  return {
    kind: 'piece',
    pieces: [{ text, drafter: 'suffix', probability: 0.5 }],
    step: {
      index,
      drafter: 'suffix',
      tokens: 1,
      proposedTokens: 2,
      draftedTokens: 2,
      acceptedTokens: 1,
      width: 3,
      batchWidth: 0,
      draftMs: 0.1,
      verifyMs: 1,
    },
  }
}

function lastWords({ input }: TextRequest): string {
  return input.kind === 'completion' ? input.prompt : (input.messages.at(-1)?.content ?? '')
}

/** Starts a scripted engine at once. */
export function startScripted(options: ScriptedEngineOptions = {}): StartEngine {
  return async () => scriptedEngine(options)
}
