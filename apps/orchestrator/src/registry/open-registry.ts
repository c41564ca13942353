import { fileURLToPath } from 'node:url'
import { parseRegistry, type Registry, readRegistryText, shippedRegistry } from '@foretoken/registry'

/** The registry of a file, or the one that comes with Foretoken. */
export async function openRegistry(path: string = fileURLToPath(shippedRegistry)): Promise<Registry> {
  return parseRegistry(await readRegistryText(path), path)
}
