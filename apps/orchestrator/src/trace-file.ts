import type { TextStep } from '@foretoken/runner-llamacpp'
import { openPartialFile } from './partial-file.js'

/** The step trace on its way to a file. */
export interface TraceFile extends AsyncDisposable {
  write(step: TextStep): Promise<void>
  /** Puts the trace where it belongs. Without this, disposal leaves what was there before. */
  keep(): Promise<void>
}

/** Opens a trace of JSON Lines, one step a line; a file of that name is replaced whole or not at all. */
export async function openTraceFile(path: string): Promise<TraceFile> {
  const partial = await openPartialFile(path, 'trace file')
  return {
    async write(step) {
      await partial.file.appendFile(`${traceLine(step)}\n`)
    },
    keep: () => partial.keep(),
    [Symbol.asyncDispose]: () => partial[Symbol.asyncDispose](),
  }
}

/** A step with its text; typed arrays become plain ones. */
function traceLine({ step, pieces }: TextStep): string {
  const { tokens, probabilities, ...rest } = step
  return JSON.stringify({
    ...rest,
    tokens: Array.from(tokens),
    ...(probabilities === undefined ? {} : { probabilities: Array.from(probabilities) }),
    text: pieces.map((piece) => piece.text).join(''),
  })
}
