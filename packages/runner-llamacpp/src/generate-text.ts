import { NO_TOKENS, SpeculationError, type Step, type Tokens } from '@foretoken/contract'
import { type SpeculateOptions, speculate } from '@foretoken/speculate'
import type { LoadedModel, TextDecoderSession } from './model-types.js'
import { type Settled, type StopScanner, stopScanner } from './stop-strings.js'

/** What {@link generateText} runs: the loop's options, a model that knows its tokens' text, and where to stop. */
export interface GenerateTextOptions extends Omit<SpeculateOptions, 'keep'> {
  readonly model: Pick<LoadedModel, 'textDecoder'>
  /**
   * Strings that end the text; neither they nor anything behind them is shown. None of them may be empty.
   * @defaultValue []
   */
  readonly stop?: readonly string[]
  /**
   * What was written of this answer before it was interrupted: the text goes on behind it, as the undisturbed one
   * would have; only what is new is yielded. `maxTokens` counts it; fewer than those.
   * @defaultValue none
   */
  readonly answer?: Tokens
}

/** One step of the loop and the text that became final with it. */
export interface TextStep {
  readonly step: Step
  /** All steps' pieces in a row are the whole text; special tokens, the end of text among them, have none. */
  readonly pieces: readonly TextPiece[]
  /** The stop string that ended the text with this step; absent where none did. */
  readonly stopString?: string
}

/** Text made by one drafter, or by the target itself. */
export interface TextPiece {
  readonly text: string
  /** Who drafted the token that completed this text; empty for the target's own token. */
  readonly drafter: string
  /** How probable the drafter thought that this token is accepted (0 to 1), where it says so; each token is then a piece. */
  readonly probability?: number
}

/**
 * Runs one request and yields its text step by step. Text is only ever added: a character waits until its bytes are
 * complete, and what may be the start of a stop string waits until that is decided.
 *
 * Tokens that begin in or behind a stop string leave the step in which it is found and are not committed to the
 * drafter. Where it begins in an earlier step, that step's tokens were committed already.
 */
export function generateText(options: GenerateTextOptions): AsyncGenerator<TextStep, void, void> {
  const { model, stop = [], answer = NO_TOKENS, ...loop } = options
  const trace = textTrace(model.textDecoder(), stopScanner(stop))
  if (answer.length === 0) return withText(speculate({ ...loop, keep: trace.keep }), trace)
  trace.resume(answer)
  return withText(speculate({ ...behind(answer, loop), keep: trace.keep }), trace)
}

/** The loop's options for what follows an interrupted answer. */
function behind(answer: Tokens, { prompt, maxTokens, session, ...others }: SpeculateOptions): SpeculateOptions {
  if (maxTokens !== undefined && answer.length >= maxTokens) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `answer must have fewer tokens than maxTokens, got ${answer.length} of ${maxTokens}`,
    )
  }
  const text = new Int32Array(prompt.length + answer.length)
  text.set(prompt)
  text.set(answer, prompt.length)
  return {
    ...others,
    prompt: text,
    session: { ...session, answerTokens: answer.length },
    ...(maxTokens !== undefined && { maxTokens: maxTokens - answer.length }),
  }
}

async function* withText(steps: AsyncIterable<Step>, trace: TextTrace): AsyncGenerator<TextStep, void, void> {
  for await (const step of steps) yield trace.take(step)
}

interface TextTrace {
  /** Reads what was written and shown before; text that was held back then still is. */
  resume(answer: Tokens): void
  /** Reads a step's tokens; returns how many of them lie wholly before the stop string. */
  readonly keep: (tokens: Tokens) => number
  /** Names the makers of the tokens just read and hands out the text that is settled by now. */
  take(step: Step): TextStep
}

function textTrace(decoder: TextDecoderSession, scanner: StopScanner): TextTrace {
  let settled: Settled = { length: 0, stopped: false }
  let readLength = 0
  let shownLength = 0
  /** Text that each token of the step under way completed, and where in the whole text that ends. */
  let fresh: { readonly text: string; readonly end: number }[] = []
  /** Text of finished steps that is not shown yet. */
  let waiting: TextPiece[] = []

  function read(text: string): number {
    settled = scanner.push(text)
    readLength += text.length
    return readLength
  }

  function release(): TextPiece[] {
    const shown: TextPiece[] = []
    const held: TextPiece[] = []
    for (const piece of waiting) {
      const { text } = piece
      const length = Math.min(text.length, settled.length - shownLength)
      if (length === text.length) append(shown, piece)
      else {
        append(shown, { ...piece, text: text.slice(0, length) })
        append(held, { ...piece, text: text.slice(length) })
      }
      shownLength += length
    }
    waiting = held
    return shown
  }

  return {
    resume(answer) {
      const text = decoder.push(answer)
      read(text)
      shownLength = settled.length
      append(waiting, { text: text.slice(shownLength), drafter: '' })
    },
    keep(tokens) {
      fresh = []
      for (let index = 0; index < tokens.length && !settled.stopped; index++) {
        const text = decoder.push(tokens.subarray(index, index + 1))
        fresh.push({ text, end: read(text) })
      }
      if (!settled.stopped) return tokens.length
      // Tokens without text right before the stop string may hold the first bytes of it: they go with it.
      return 1 + fresh.findLastIndex(({ text, end }) => text !== '' && end <= settled.length)
    },
    take(step) {
      for (const [index, { text }] of fresh.entries()) append(waiting, pieceOf(text, step, index))
      if (step.finish !== '' && !settled.stopped) {
        const text = decoder.end()
        read(text)
        append(waiting, pieceOf(text, step, fresh.length - 1))
        settled = scanner.end()
      }
      const { stopString } = settled
      const pieces = release()
      return stopString === undefined ? { step, pieces } : { step, pieces, stopString }
    },
  }
}

/** Text that the step's token at `index` completed. No spreads here: they take longer than the rest of a step's text. */
function pieceOf(text: string, { acceptedTokens, drafter, probabilities }: Step, index: number): TextPiece {
  if (index >= acceptedTokens) return { text, drafter: '' }
  const probability = probabilities?.[index]
  return probability === undefined ? { text, drafter } : { text, drafter, probability }
}

/** Appends a piece, joined to the last one where both have one maker; an empty one is dropped. */
function append(pieces: TextPiece[], piece: TextPiece): void {
  const last = pieces.at(-1)
  if (piece.text === '') return
  const isOne = last?.drafter === piece.drafter && last.probability === undefined && piece.probability === undefined
  if (isOne) pieces[pieces.length - 1] = { text: last.text + piece.text, drafter: piece.drafter }
  else pieces.push(piece)
}
