import { spawnSync } from 'node:child_process'

const oldestNode = [20, 19]

/** Ends the process with one plain sentence where Node is too old or git is missing. */
export function checkMachine() {
  const fault = machineFault(process.versions.node, hasGit())
  if (fault === '') return
  process.stderr.write(`${fault}\n`)
  process.exit(1)
}

/** What is wrong with this machine and its cure; empty when nothing is. */
export function machineFault(nodeVersion, git) {
  const [major, minor] = nodeVersion.split('.').map(Number)
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    return `Foretoken needs Node.js ${oldestNode.join('.')} or newer, this is ${nodeVersion}. Install a newer one from https://nodejs.org.`
  }
  if (!git) return 'Foretoken’s set-up needs git, and there is none on the PATH. Install it from https://git-scm.com.'
  return ''
}

function hasGit() {
  return spawnSync('git', ['--version'], { stdio: 'ignore' }).status === 0
}
