import { z } from 'zod'
import { readBounded } from './read-bounded.js'
import type { Suite } from './suite.js'
import { suiteSchema } from './suite-schema.js'
import { parseYaml } from './yaml-lines.js'

const maxCharacters = 8 * 2 ** 20

/** The suite of YAML text; `name` is said in errors, which carry the line of every fault. */
export function parseSuite(text: string, name = 'suite'): Suite {
  return parseYaml(text, suiteSchema, { name, maxCharacters })
}

/** Reads a suite from a YAML file of at most 8 MiB. */
export async function loadSuite(path: string): Promise<Suite> {
  return parseSuite(await readBounded(path, maxCharacters), path)
}

/** JSON Schema (2020-12) of a suite, for editors. */
export function suiteJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(suiteSchema, { io: 'input' })
}
