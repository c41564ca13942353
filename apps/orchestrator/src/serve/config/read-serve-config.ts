import { SpeculationError } from '@foretoken/contract'
import type { ServeOptions } from '../serve-options.js'
import { configOfOptions } from './config-of-options.js'
import type { ServeConfig } from './serve-config.js'

/** What is served: the named models, or a configuration. */
export async function readServeConfig(options: ServeOptions): Promise<ServeConfig> {
  if (options.models.length > 0) return configOfOptions(options)
  throw new SpeculationError('ERR_OPTION_INVALID', 'name a GGUF file')
}
