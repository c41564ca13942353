import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** Most prompts of one measurement. */
const MOST_PROMPTS = 100
/** Largest prompt file: about 250,000 tokens. */
const MOST_BYTES = 1_048_576

/** The prompts in these files and folders, in the order given; those of a folder by name, `.txt` and `.md` only. */
export async function readPrompts(paths: readonly string[]): Promise<readonly string[]> {
  const prompts: string[] = []
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      if (prompts.length === MOST_PROMPTS)
        throw invalid(`--prompts must name at most ${MOST_PROMPTS} prompts, ${path} has more`)
      prompts.push(await readPrompt(file))
    }
  }
  return prompts
}

async function filesOf(path: string): Promise<readonly string[]> {
  const entry = await named(path, () => stat(path))
  if (!entry.isDirectory()) return [path]
  const names = await named(path, () => readdir(path))
  const files = names.filter((name) => /\.(txt|md)$/i.test(name)).sort()
  if (files.length === 0) throw invalid(`the folder ${path} has no prompts: no .txt or .md file lies in it`)
  return files.map((name) => join(path, name))
}

async function readPrompt(path: string): Promise<string> {
  const { size } = await named(path, () => stat(path))
  if (size > MOST_BYTES) throw invalid(`a prompt must have at most ${MOST_BYTES} bytes, ${path} has ${size}`)
  const text = await named(path, () => readFile(path, 'utf8'))
  if (text.trim() === '') throw invalid(`the prompt ${path} is empty`)
  return text
}

async function named<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the prompt file ${path} cannot be read`, {
      cause,
      details: { path },
    })
  }
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
