import { createInterface } from 'node:readline'
import type { Colours } from './colours.js'
import type { Host } from './host.js'

/** Lines that arrive within this time of each other are one paste, hence one message. */
const PASTE_GAP_MS = 25

/** What a person's message is read with. */
export interface MessageReader {
  /** The next message; `undefined` when the person leaves (Ctrl-C, Ctrl-D) or `signal` ends the run. */
  read(signal: AbortSignal): Promise<string | undefined>
}

/**
 * Reads messages from the terminal, with the arrow keys' history. The prompt goes to stderr: stdout is the model's.
 *
 * Each message has a readline interface of its own, so that the terminal is in its usual mode while the model answers
 * and Ctrl-C arrives as a signal.
 */
export function messageReader(host: Host, colours: Colours): MessageReader {
  let history: string[] = []
  return {
    read(signal) {
      if (signal.aborted) return Promise.resolve(undefined)
      const lines = createInterface({ input: host.stdin, output: host.stderr, prompt: colours.bold('> '), history })
      return new Promise((resolve) => {
        const message: string[] = []
        let timer: NodeJS.Timeout | undefined
        const finish = (text: string | undefined) => {
          clearTimeout(timer)
          signal.removeEventListener('abort', leave)
          lines.off('close', leave).close()
          resolve(text)
        }
        const leave = () => {
          host.stderr.write('\n')
          finish(message.length > 0 ? message.join('\n') : undefined)
        }
        lines.on('line', (line) => {
          message.push(line)
          clearTimeout(timer)
          // A paste may end inside a line: then the person's Enter ends the message.
          timer = setTimeout(() => lines.line === '' && finish(message.join('\n')), PASTE_GAP_MS)
        })
        lines.on('history', (entries) => {
          history = entries
        })
        lines.on('SIGINT', () => lines.close()).once('close', leave)
        signal.addEventListener('abort', leave)
        lines.prompt()
      })
    },
  }
}
