// Usage: npm run setup — installs the packages and builds everything; does nothing when nothing has changed.
// Everything goes to stderr, so that a command behind it keeps stdout for itself.
import { checkMachine } from './lib/machine.mjs'
import { build, buildNative, install, isCurrent } from './lib/set-up.mjs'

checkMachine()
if (!isCurrent()) {
  if (!(await install())) process.exit(1)
  if (!(await build())) process.exit(1)
  if (!(await buildNative())) process.exit(1)
}
