import { homedir } from 'node:os'
import { join } from 'node:path'

/** A folder for what can be made again: under `$XDG_CACHE_HOME/foretoken`, or that under `~/.cache`. */
export function cacheFolder(name: string): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'foretoken', name)
}
