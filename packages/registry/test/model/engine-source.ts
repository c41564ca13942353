import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The source of the llama.cpp that node-llama-cpp ships, and its libraries. */
export interface EngineSource {
  readonly folder: string
  readonly libraries: string
  /** Compiles a program against both and returns its path. */
  compile(name: string, program: string): string
  read(path: string): string
}

const require = createRequire(import.meta.url)

/** The first C++ compiler that answers. */
export function findCompiler(): string | undefined {
  const candidates = process.env['CXX'] ? [process.env['CXX']] : ['c++', 'g++', 'clang++']
  return candidates.find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** Unpacks the source into a folder of its own under `place`. */
export function engineSource(place: string, compiler: string): EngineSource {
  const library = dirname(dirname(require.resolve('node-llama-cpp')))
  const libraries = libraryFolder(library)
  const folder = join(place, 'llama.cpp')
  const git = (...words: string[]) => execFileSync('git', words, { stdio: 'ignore' })
  git('clone', '--quiet', '--no-checkout', join(library, 'llama/gitRelease.bundle'), folder)
  git('-C', folder, 'checkout', 'HEAD', '--', 'common', 'include', 'ggml/include', 'models', 'src')
  const shared = readdirSync(libraries)
    .filter((name) => /^lib(llama|ggml|ggml-base)(\.v?[\d.]+)?\.(so|dylib)$/.test(name))
    .map((name) => join(libraries, name))
  const includes = ['include', 'ggml/include', 'src'].map((path) => `-I${join(folder, path)}`)
  return {
    folder,
    libraries,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    compile(name, program) {
      const build = join(place, 'build')
      mkdirSync(build, { recursive: true })
      const [source, built] = [join(build, `${name}.cpp`), join(build, name)]
      writeFileSync(source, program)
      const words = ['-std=c++17', '-O1', source, '-o', built, ...includes, `-Wl,-rpath,${libraries}`, ...shared]
      execFileSync(compiler, words, { stdio: 'pipe' })
      return built
    },
  }
}

function libraryFolder(library: string): string {
  const platform = `@node-llama-cpp/${process.platform}-${process.arch}`
  const bins = join(dirname(require.resolve(platform, { paths: [library] })), '../bins')
  const [name] = readdirSync(bins)
  return join(bins, name ?? '')
}
