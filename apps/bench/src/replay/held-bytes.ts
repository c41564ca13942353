import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// The flag that makes `gc` a global of new contexts can be set at run time.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory of the process that something still refers to, typed arrays included. */
export function heldBytes(): number {
  // The first collection only finds out which array buffers are free.
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
