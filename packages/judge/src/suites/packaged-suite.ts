import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SpeculationError } from '@foretoken/contract'
import { loadSuite } from '../load-suite.js'
import { packagedSuitesFolder } from '../packaged-suites-folder.js'
import { readBounded } from '../read-bounded.js'
import type { Suite } from '../suite.js'
import { parseYaml } from '../yaml-lines.js'
import { longContextRecipeSchema } from './long-context/long-context-recipe.js'
import { type LongContextOptions, longContextSuite } from './long-context/long-context-suite.js'

/** Names of the suites that the package brings; `fixture` is for the tiny models of this project only. */
export const packagedSuiteNames: readonly [
  'thinking',
  'coder',
  'vl',
  'general',
  'agentic',
  'math',
  'long_context',
  'instruction_precision',
  'fixture',
] = ['thinking', 'coder', 'vl', 'general', 'agentic', 'math', 'long_context', 'instruction_precision', 'fixture']

/** A suite that the package brings. */
export type PackagedSuiteName = (typeof packagedSuiteNames)[number]

/** Whether the package brings a suite of that name. */
export function isPackagedSuite(name: string): name is PackagedSuiteName {
  return packagedSuiteNames.includes(name as PackagedSuiteName)
}

/** Folder of the packaged suites' files, to which the paths of images are relative. */
export function packagedSuiteFolder(): string {
  return fileURLToPath(packagedSuitesFolder)
}

/** A suite that the package brings; the options are for `long_context`, whose texts are made here. */
export async function loadPackagedSuite(name: PackagedSuiteName, options: LongContextOptions = {}): Promise<Suite> {
  if (!isPackagedSuite(name)) {
    const message = `expected one of the suites ${packagedSuiteNames.join(', ')}, got ${String(name)}; loadSuite reads a file`
    throw new SpeculationError('ERR_OPTION_INVALID', message)
  }
  const path = join(packagedSuiteFolder(), `${name}.yaml`)
  if (name !== 'long_context') return loadSuite(path)
  const limits = { name: path, maxCharacters: 65_536 }
  return longContextSuite(parseYaml(await readBounded(path, 65_536), longContextRecipeSchema, limits), options)
}
