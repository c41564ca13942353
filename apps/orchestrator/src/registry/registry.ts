import { errorTable } from '@foretoken/contract'
import { type Contradiction, checkRegistry, contradictions, readRegistryText } from '@foretoken/registry'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { openRegistry } from './open-registry.js'
import type { RegistryOptions } from './registry-options.js'
import { shownRegistry } from './show-registry.js'

/** Does what `foretoken registry` does and returns its exit code; failures are thrown. */
export async function registry(options: RegistryOptions, host: Host): Promise<number> {
  const { what, name, json = false } = options
  const say = (result: unknown, text: string) =>
    host.stdout.write(
      json ? `${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n` : `${printable(text)}\n`,
    )
  if (what === 'validate') return await validate(name ?? '', say)
  const opened = await openRegistry(options.registry)
  if (what === 'contradictions') {
    const found = contradictions(opened)
    say(found, contradictionsText(found))
    return 0
  }
  const { result, text } = shownRegistry(opened, name)
  say(result, text)
  return 0
}

async function validate(path: string, say: (result: unknown, text: string) => void): Promise<number> {
  const { registry: found, issues } = checkRegistry(await readRegistryText(path))
  const lines = issues.map(
    ({ line, column, path: at, message }) => `${path}:${line}:${column}: ${`${at} ${message}`.trim()}`,
  )
  const counts =
    found && `${found.models.length} models, ${found.roles.length} roles, ${found.measurements.length} measurements`
  say(
    { valid: found !== undefined, issues },
    found === undefined ? lines.join('\n') : `${path} is a registry: ${counts}`,
  )
  return found === undefined ? errorTable.ERR_REGISTRY_FORMAT.exitCode : 0
}

function contradictionsText(found: readonly Contradiction[]): string {
  const blocks = found.map(({ rule, about, sides }) =>
    [
      `${about} (${rule})`,
      ...sides.map(({ date, value, says, source }) => `  ${date}  ${value}  [${source}] ${says}`),
    ].join('\n'),
  )
  return [...blocks, `${found.length} contradictions`].join('\n\n')
}
