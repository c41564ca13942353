import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import type { ImageData } from '../ports.js'
import type { SuitePrompt } from '../suite.js'

/** The images of a prompt, and those that lead to another answer. */
export interface SuiteImages {
  readonly right: readonly ImageData[]
  readonly wrong: readonly ImageData[]
}

const mostBytes = 4 * 2 ** 20
const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}

/** Reads the images of a prompt, each at most 4 MiB; `folder` is that of the suite's file. */
export async function loadSuiteImages({ images = [] }: SuitePrompt, folder: string): Promise<SuiteImages> {
  const read = (path: string) => readImage(join(folder, path))
  return {
    right: await Promise.all(images.map(({ file }) => read(file))),
    wrong: await Promise.all(images.map(({ wrong }) => read(wrong))),
  }
}

async function readImage(path: string): Promise<ImageData> {
  const mediaType = mediaTypes[path.slice(path.lastIndexOf('.') + 1).toLowerCase()]
  if (mediaType === undefined) {
    throw new SpeculationError('ERR_OPTION_INVALID', `expected a PNG, JPEG or WebP image, got ${path}`)
  }
  await using file = await opened(path)
  const buffer = new Uint8Array(Math.min((await file.stat()).size, mostBytes) + 1)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
  if (bytesRead > mostBytes) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} has more than ${mostBytes} bytes`)
  }
  return { mediaType, bytes: buffer.slice(0, bytesRead) }
}

async function opened(path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
