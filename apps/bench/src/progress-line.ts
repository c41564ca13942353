import type { OutputStream } from './host.js'

/** One line that says what is going on. */
export interface ProgressLine extends Disposable {
  /** On a terminal the line is redrawn in place; elsewhere each new `topic` gets a line of its own. */
  show(topic: string, detail?: string): void
}

/** Starts a progress line; disposal wipes it. */
export function progressLine(stream: OutputStream): ProgressLine {
  let lastTopic = ''
  let drawn = ''
  const draw = (line: string): void => {
    if (line === drawn) return
    drawn = line
    stream.write(`\r\u001b[2K${line}`)
  }
  return {
    show(topic, detail = '') {
      // A line that wraps could not be wiped by one \r. Some terminals give their width as 0.
      if (stream.isTTY === true) draw(`${topic} ${detail}`.trim().slice(0, (stream.columns || 80) - 1))
      else if (topic !== lastTopic) stream.write(`${topic}\n`)
      lastTopic = topic
    },
    [Symbol.dispose]() {
      if (stream.isTTY === true) draw('')
    },
  }
}

/** Shows a share of the whole as per cent. */
export function percent(done: number, total: number): string {
  return `${Math.floor((100 * done) / total)} %`
}
