import { bindingStatus } from '@foretoken/native'
import type { EngineName } from '../src/index.js'

/** The engines that can decode here; native is tested to be built where there is a compiler in its own room. */
export const engineNames: readonly EngineName[] = bindingStatus().available
  ? ['native', 'node-llama-cpp']
  : ['node-llama-cpp']
