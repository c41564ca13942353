import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const near = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** llama.cpp's sources, as node-llama-cpp brings them. */
const BUNDLE: string = near('../../../runner-llamacpp/node_modules/node-llama-cpp/llama/gitRelease.bundle')

/** llama.cpp's own lookup-cache code, in a folder of its own. */
export interface LlamaDriver extends AsyncDisposable {
  readonly folder: string
  /** Carries out the commands of `ngram-cache-driver.cc`, one a line. */
  run(commands: readonly string[]): Promise<void>
}

/** Compiles the driver; nothing where there is no C++ compiler or no bundle. */
export async function llamaDriver(): Promise<LlamaDriver | undefined> {
  if (!(await succeeds(run('c++', ['--version']))) || !(await succeeds(stat(BUNDLE)))) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'ngram-cache-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true })
  try {
    await compile(folder)
  } catch (error) {
    await remove()
    throw error
  }
  return {
    folder,
    run: (commands) => fed(folder, `${commands.join('\n')}\n`),
    [Symbol.asyncDispose]: remove,
  }
}

async function compile(folder: string): Promise<void> {
  const repository = join(folder, 'llama.git')
  await run('git', ['clone', '--quiet', '--bare', BUNDLE, repository])
  const paths = ['common/ngram-cache.h', 'common/ngram-cache.cpp', 'include', 'ggml/include']
  await run('git', ['-C', repository, 'archive', '--output', join(folder, 'sources.tar'), 'HEAD', ...paths])
  await run('tar', ['-xf', 'sources.tar'], { cwd: folder })
  // Of these two the code uses no more than a clock and a debug message.
  await writeFile(join(folder, 'common', 'common.h'), '#include "ggml.h"\n')
  await writeFile(join(folder, 'common', 'log.h'), '#define LOG_DBG(...)\n')
  await copyFile(near('ngram-cache-driver.cc'), join(folder, 'driver.cc'))
  const includes = ['common', 'include', 'ggml/include'].map((path) => `-I${path}`)
  await run('c++', ['-std=c++17', ...includes, '-o', 'driver', 'driver.cc', 'common/ngram-cache.cpp'], { cwd: folder })
}

function fed(folder: string, input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(join(folder, 'driver'), { cwd: folder }, (error) => (error ? reject(error) : resolve()))
    child.stdin?.end(input)
  })
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return await attempt.then(
    () => true,
    () => false,
  )
}
