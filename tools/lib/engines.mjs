import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isStale, touch, withLock } from './build-lock.mjs'
import { buildProgress } from './build-progress.mjs'
import { compiler, missingBuildTools } from './build-tools.mjs'
import { cmakeOptions, engineRecipe, targets } from './engine-recipe.mjs'
import { runCommand } from './stage.mjs'

/** Paths of llama.cpp's programs as `npm run test:engines` has built them; undefined where it has not. */
export async function builtEngines() {
  const { folder } = await engineRecipe()
  return existsSync(folder) ? enginesIn(folder) : undefined
}

/** Builds llama.cpp's programs from node-llama-cpp's bundle, unless they are there. Throws a sentence with its cure. */
export async function buildEngines() {
  const recipe = await engineRecipe()
  if (existsSync(recipe.folder)) return enginesIn(recipe.folder)
  const missing = await missingBuildTools()
  if (missing !== '') throw new Error(missing)
  const onWait = () => process.stderr.write('Another process builds llama.cpp; waiting for it.\n')
  await withLock(`${recipe.folder}.lock`, () => buildOnce(recipe), { onWait })
  return enginesIn(recipe.folder)
}

function enginesIn(folder) {
  const prebuiltBench = join(folder, 'prebuilt/llama-bench')
  return {
    folder,
    llamaServer: join(folder, 'llama-server'),
    rpcServer: join(folder, 'ggml-rpc-server'),
    llamaBench: join(folder, 'llama-bench'),
    llamaQuantize: join(folder, 'llama-quantize'),
    llamaLookupCreate: join(folder, 'llama-lookup-create'),
    ...(existsSync(prebuiltBench) ? { prebuiltBench } : {}),
  }
}

async function buildOnce({ bundle, prebuilt, parent, folder }) {
  if (existsSync(folder)) return
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith('building-'))) {
    if (isStale(join(parent, name))) rmSync(join(parent, name), { recursive: true, force: true })
  }
  const work = join(parent, `building-${randomUUID()}`)
  mkdirSync(work)
  const beat = setInterval(() => touch(work), 5_000)
  const remove = () => rmSync(work, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', remove)
  try {
    await build(work, bundle, prebuilt)
    renameSync(join(work, 'done'), folder)
  } catch (error) {
    // Somebody else was as fast.
    if (!existsSync(folder)) throw error
  } finally {
    clearInterval(beat)
    process.off('exit', remove)
    remove()
  }
}

async function build(work, bundle, prebuilt) {
  const [source, output, done] = ['source', 'output', 'done'].map((name) => join(work, name))
  process.stderr.write('Building llama.cpp once: about ten minutes on two cores.\n')
  await mustRun('git', ['-c', 'advice.detachedHead=false', 'clone', '--quiet', bundle, source])
  await mustRun('cmake', ['-S', source, '-B', output, ...cmakeOptions])
  const progress = buildProgress(process.stderr)
  await mustRun(
    'cmake',
    ['--build', output, '--parallel', String(availableParallelism()), '--target', ...targets],
    progress,
  )
  mkdirSync(done)
  for (const target of targets) copyFileSync(join(output, 'bin', target), join(done, target))
  if (prebuilt !== undefined) await linkBench(source, prebuilt, join(done, 'prebuilt'))
}

/** llama-bench with the libraries that node-llama-cpp ships: plain decoding exactly as the runner has it. */
async function linkBench(source, prebuilt, folder) {
  mkdirSync(folder)
  const libraries = readdirSync(prebuilt).filter((name) => name.endsWith('.so'))
  for (const name of libraries) copyFileSync(join(prebuilt, name), join(folder, name))
  const linked = libraries.filter((name) => /^lib(llama|ggml(-base|\.|$))/.test(name)).map((name) => join(folder, name))
  const includes = ['common', 'include', 'ggml/include', 'vendor'].map((name) => `-I${join(source, name)}`)
  const sources = ['llama-bench.cpp', 'main.cpp'].map((name) => join(source, 'tools/llama-bench', name))
  const options = ['-O2', '-DNDEBUG', '-std=c++17', '-s', '-Wl,-rpath,$ORIGIN', '-o', join(folder, 'llama-bench')]
  await mustRun(compiler(), [...includes, ...sources, ...linked, ...options])
}

async function mustRun(command, args, onOutput) {
  const { exitCode, output } = await runCommand(command, args, { capture: true, onOutput })
  if (exitCode !== 0) throw new Error(`${command} ${args[0]} … failed:\n${output.split('\n').slice(-60).join('\n')}`)
}
