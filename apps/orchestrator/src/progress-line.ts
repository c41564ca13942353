import { stripVTControlCharacters } from 'node:util'
import type { OutputStream } from './host.js'

/** One line that tells what takes long, redrawn in place and wiped before anything else is written. */
export interface ProgressLine extends Disposable {
  /** Says what is going on; appears only if it lasts. */
  show(message: string): void
  /** Wipes the line. */
  clear(): void
}

/** Options of {@link progressLine}. */
export interface ProgressLineOptions {
  /**
   * How long something must last before it is mentioned, in milliseconds.
   * @defaultValue 300
   */
  readonly delayMs?: number
}

/** Draws on a terminal only; a file or a pipe gets nothing. */
export function progressLine(stream: OutputStream, options: ProgressLineOptions = {}): ProgressLine {
  const { delayMs = 300 } = options
  let message = ''
  let drawn = ''
  let timer: NodeJS.Timeout | undefined
  const draw = () => {
    if (drawn === message) return
    drawn = message
    stream.write(`\r\u001b[2K${drawn}`)
  }
  const clear = () => {
    clearTimeout(timer)
    timer = undefined
    if (drawn !== '') stream.write('\r\u001b[2K')
    drawn = ''
  }
  return {
    show(next) {
      if (stream.isTTY !== true) return
      // A line that wraps could not be wiped by one \r. Some terminals give their width as 0.
      message = stripVTControlCharacters(next).slice(0, (stream.columns || 80) - 1)
      if (drawn !== '') draw()
      else timer ??= setTimeout(draw, delayMs).unref()
    },
    clear,
    [Symbol.dispose]: clear,
  }
}
