import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import type { TextStep } from '@foretoken/runner-llamacpp'

/** The step trace on its way to a file. */
export interface TraceFile extends AsyncDisposable {
  write(step: TextStep): Promise<void>
  /** Puts the trace where it belongs. Without this, disposal leaves what was there before. */
  keep(): Promise<void>
}

/** Opens a trace of JSON Lines, one step a line; a file of that name is replaced whole or not at all. */
export async function openTraceFile(path: string): Promise<TraceFile> {
  const partial = `${path}.${process.pid}.partial`
  const file = await openForWriting(path, partial)
  let kept = false
  return {
    async write(step) {
      await file.appendFile(`${traceLine(step)}\n`)
    },
    async keep() {
      await file.sync()
      await rename(partial, path)
      kept = true
    },
    async [Symbol.asyncDispose]() {
      await file.close()
      if (!kept) await rm(partial, { force: true })
    },
  }
}

async function openForWriting(path: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'w')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the trace file ${path} cannot be written`, {
      cause,
      details: { path },
    })
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
