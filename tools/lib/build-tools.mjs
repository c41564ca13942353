import { spawnSync } from 'node:child_process'
import { runStage } from './stage.mjs'

const compilers = ['c++', 'g++', 'clang++']

/** What building llama.cpp needs, by the Debian package that brings it. */
const tools = [
  { name: 'cmake', programs: ['cmake'] },
  { name: 'make', programs: ['make'] },
  { name: 'g++', programs: compilers },
]

/** What is missing to build llama.cpp, with the cure; empty when nothing is. CI installs it first. */
export async function missingBuildTools() {
  if (process.env.CI && hasProgram('apt-get')) await installMissing()
  const names = missingNames()
  if (names.length === 0) return ''
  return `Building llama.cpp needs ${names.join(', ')}, and there is none on the PATH. On Debian and Ubuntu: apt-get install ${names.join(' ')}`
}

/** The name that starts a C++ compiler. */
export function compiler() {
  return compilers.find(hasProgram)
}

async function installMissing() {
  const names = missingNames()
  if (names.length === 0) return
  const env = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q']
  await runStage('apt-get update', 'env', [...env, 'update'])
  const install = [...env, 'install', '-y', '--no-install-recommends', ...names]
  await runStage(`apt-get install ${names.join(' ')}`, 'env', install)
}

function missingNames() {
  return tools.filter(({ programs }) => !programs.some(hasProgram)).map(({ name }) => name)
}

function hasProgram(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}
