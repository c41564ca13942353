import { createReadStream } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Names under which a program asks for OpenMP's library, on Linux, macOS and Windows. */
const libraries: readonly string[] = [
  'libgomp.so',
  'libomp.so',
  'libiomp5',
  'libomp.dylib',
  'vcomp140.dll',
  'libomp140',
]
const longest = Math.max(...libraries.map((name) => name.length))
/** What is larger is no library of ggml. */
const mostBytes = 2 ** 30

/**
 * Whether a program of llama.cpp, or ggml's libraries beside it, ask for OpenMP; `undefined` where the program cannot be
 * read. Only then do variables such as `OMP_NUM_THREADS` do anything.
 */
export async function linksOpenMp(program: string): Promise<boolean | undefined> {
  try {
    const path = await realpath(program)
    const beside = (await readdir(dirname(path))).filter((name) => /^(lib)?ggml.*\.(so|dylib|dll)/.test(name))
    for (const file of [path, ...beside.map((name) => join(dirname(path), name))]) if (await names(file)) return true
    return false
  } catch {
    return undefined
  }
}

async function names(file: string): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { end: mostBytes - 1, highWaterMark: 2 ** 20 })) {
    const bytes: Buffer = Buffer.concat([rest, chunk as Buffer])
    if (libraries.some((library) => bytes.includes(library))) return true
    rest = bytes.subarray(-longest)
  }
  return false
}
