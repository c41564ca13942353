import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { assertWritable } from './assert-writable.js'

/** A file that is being written. Whatever happens, its path holds what was there before, or all that was written. */
export interface PartialFile extends AsyncDisposable {
  readonly file: FileHandle
  /** Puts it where it belongs. Without this, disposal leaves what was there before. */
  keep(): Promise<void>
}

/** Opens a file beside `path`, which takes its place when it is kept; `what` names it where it cannot be written. */
export async function openPartialFile(path: string, what: string): Promise<PartialFile> {
  const partial = `${path}.${process.pid}.partial`
  await assertWritable(path, what)
  const file = await openForWriting(partial, { path, what })
  let kept = false
  return {
    file,
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

async function openForWriting(
  partial: string,
  { path, what }: { readonly path: string; readonly what: string },
): Promise<FileHandle> {
  try {
    return await open(partial, 'w')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the ${what} ${path} cannot be written`, {
      cause,
      details: { path },
    })
  }
}
