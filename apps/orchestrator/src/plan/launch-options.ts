import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type LaunchOptions, linksOpenMp } from '@foretoken/registry'
import type { PlanOptions } from './plan-options.js'

/** What the command line says about the program, and what the program itself says about OpenMP. */
export async function launchOptions({ engine, rpc, program }: PlanOptions): Promise<LaunchOptions> {
  const server = program ?? onPath('llama-server')
  const isLinked = server === undefined ? undefined : await linksOpenMp(server)
  return {
    ...(engine !== undefined && { engine }),
    ...(rpc !== undefined && { rpcServers: rpc }),
    ...(program !== undefined && { program }),
    ...(isLinked !== undefined && { openMp: { isLinked } }),
  }
}

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
