import { spawnSync } from 'node:child_process'
import { runStage } from './stage.mjs'

/**
 * What of these is missing, with the cure; empty when nothing is. Each has the name of the Debian package that brings it,
 * and the programs of which one is enough. CI installs what is missing first.
 */
export async function missingPackages(purpose, packages) {
  if (process.env.CI && hasProgram('apt-get')) await installMissing(packages)
  const names = missingNames(packages)
  if (names.length === 0) return ''
  return `${purpose} needs ${names.join(', ')}, and there is none on the PATH. On Debian and Ubuntu: apt-get install ${names.join(' ')}`
}

/** Whether a program can be started by its name. */
export function hasProgram(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

async function installMissing(packages) {
  const names = missingNames(packages)
  if (names.length === 0) return
  const env = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q']
  await runStage('apt-get update', 'env', [...env, 'update'])
  const install = [...env, 'install', '-y', '--no-install-recommends', ...names]
  await runStage(`apt-get install ${names.join(' ')}`, 'env', install)
}

function missingNames(packages) {
  return packages.filter(({ programs }) => !programs.some(hasProgram)).map(({ name }) => name)
}
