import { SpeculationError } from '@foretoken/contract'
import type { TextEvent, TextPieceEvent } from '../text-event.js'
import { PieceQueue } from '../tools/piece-queue.js'

/** How an answer goes on. */
export interface ResumeOptions {
  /** Writes the whole answer; called again after a death. */
  readonly write: () => AsyncIterable<TextEvent>
  /** Whether a failure was the engine's death, and another one is there. */
  readonly isDeath: (error: unknown) => Promise<boolean>
}

const mostDeaths = 3

/**
 * An answer that is written again from its beginning where its engine dies: what was told already is held against it and
 * left out. Where the new text is another one, the loss is told instead.
 */
export async function* resumedEvents({ write, isDeath }: ResumeOptions): AsyncGenerator<TextEvent, void> {
  const told = new ToldAnswer()
  for (let deaths = 0; ; deaths++) {
    try {
      for await (const event of write()) yield* told.next(event)
      return
    } catch (error) {
      // A call that was told is carried out, and cannot be held against another one.
      if (told.hasCalls || deaths === mostDeaths || !(await isDeath(error))) throw error
      told.beginAgain()
    }
  }
}

class ToldAnswer {
  #text = ''
  /** What has to come again before anything new. */
  #again = ''
  #hasStarted = false
  hasCalls = false

  beginAgain(): void {
    this.#again = this.#text
  }

  next(event: TextEvent): TextEvent[] {
    if (event.kind === 'piece') return this.#piece(event)
    if (event.kind === 'start') {
      if (this.#hasStarted) return []
      this.#hasStarted = true
      return [event]
    }
    if (this.#again !== '') throw otherText()
    if (event.kind === 'tool-call') this.hasCalls = true
    return [event]
  }

  #piece(event: TextPieceEvent): TextEvent[] {
    const text = event.pieces.map((piece) => piece.text).join('')
    const again = this.#again
    if (again === '') {
      this.#text += text
      return [event]
    }
    if (again.startsWith(text)) {
      this.#again = again.slice(text.length)
      return []
    }
    if (!text.startsWith(again)) throw otherText()
    this.#again = ''
    this.#text += text.slice(again.length)
    const queue = new PieceQueue()
    queue.push(event.pieces)
    queue.take(again.length)
    return [{ ...event, pieces: queue.take(text.length) }]
  }
}

function otherText(): SpeculationError<'ERR_ENGINE_LOST'> {
  const message = 'the engine died, and the new one would go on with another text; ask again'
  return new SpeculationError('ERR_ENGINE_LOST', message)
}
