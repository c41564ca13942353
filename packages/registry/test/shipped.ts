import { readFileSync } from 'node:fs'
import { parseRegistry } from '../src/registry-file/parse-registry.js'
import type { Registry } from '../src/registry-file/registry.js'
import { shippedRegistry } from '../src/shipped-files.js'

/** The registry that is shipped, for tests. */
export const shipped: Registry = parseRegistry(readFileSync(shippedRegistry, 'utf8'))
