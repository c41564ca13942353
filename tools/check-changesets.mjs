// Usage: node tools/check-changesets.mjs — fails when a package differs from main and no changeset says so.
import { spawnSync } from 'node:child_process'
import { root } from './lib/stage.mjs'

const base = ['main', 'origin/main'].find((branch) => git('merge-base', 'HEAD', branch).status === 0)
if (base === undefined) {
  process.stdout.write('There is no main here to compare with.\n')
} else {
  const cli = ['node_modules/@changesets/cli/bin.js', 'status', `--since=${base}`]
  process.exitCode =
    spawnSync(process.execPath, cli, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1
}

function git(...args) {
  return spawnSync('git', args, { cwd: root, stdio: 'ignore' })
}
