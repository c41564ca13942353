// Usage: node tools/check-changesets.mjs — on a branch, fails when a package differs from main and no changeset says so.
import { spawnSync } from 'node:child_process'
import { root } from './lib/stage.mjs'

const head = git('rev-parse', 'HEAD')
const main = ['main', 'origin/main'].find((branch) => git('merge-base', 'HEAD', branch) !== '')
if (main === undefined || git('merge-base', 'HEAD', main) === head) {
  process.stdout.write('There is no branch here to compare with main.\n')
} else {
  const cli = ['node_modules/@changesets/cli/bin.js', 'status', `--since=${main}`]
  process.exitCode =
    spawnSync(process.execPath, cli, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

/** What git prints; nothing where it fails. */
function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim()
}
