import type { ServedPiece } from '../text-event.js'

/** Pieces of text that wait to be shown or dropped, cut wherever that is decided. */
export class PieceQueue {
  #waiting: ServedPiece[] = []

  push(pieces: readonly ServedPiece[]): void {
    this.#waiting.push(...pieces)
  }

  /** The pieces of the next characters, in UTF-16 units; the piece in which they end is cut. */
  take(length: number): ServedPiece[] {
    const taken: ServedPiece[] = []
    let left = length
    let whole = 0
    for (const piece of this.#waiting) {
      if (left === 0) break
      if (piece.text.length > left) {
        taken.push({ ...piece, text: piece.text.slice(0, left) })
        this.#waiting[whole] = { ...piece, text: piece.text.slice(left) }
        break
      }
      taken.push(piece)
      left -= piece.text.length
      whole++
    }
    this.#waiting = this.#waiting.slice(whole)
    return taken
  }
}
