import { constants, open } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'

/** Text of a file, refused when it is longer than `maxBytes`. */
export async function readBounded(path: string, maxBytes: number): Promise<string> {
  return (await readBoundedBytes(path, maxBytes)).toString('utf8')
}

/** Bytes of a file, refused when it is longer than `maxBytes`. */
export async function readBoundedBytes(path: string, maxBytes: number): Promise<Buffer> {
  await using file = await opened(path)
  const stats = await file.stat()
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? 'a folder' : 'no file that stays'
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} must be a file, it is ${kind}`)
  }
  const { size } = stats
  if (size > maxBytes) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} has ${size} bytes, at most ${maxBytes} are read`)
  }
  // The size may lie (a growing file), so what is read is bounded, too.
  const buffer = Buffer.alloc(Math.min(maxBytes, size) + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length)
    if (bytesRead === 0) return buffer.subarray(0, length)
    length += bytesRead
  }
  throw new SpeculationError('ERR_OPTION_INVALID', `${path} grew while it was read`)
}

async function opened(path: string): ReturnType<typeof open> {
  try {
    // A pipe that nobody writes into would otherwise be waited for without end.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
