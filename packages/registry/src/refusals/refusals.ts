import { readFileSync } from 'node:fs'
import { SpeculationError } from '@foretoken/contract'
import { readYaml } from '../registry-file/yaml-text.js'
import { refusalsFile } from '../shipped-files.js'
import type { Refusal } from './refusal.js'
import { refusalsSchema } from './refusals-schema.js'

let known: readonly Refusal[] | undefined

/** Everything that is refused, in the order of `knowledge/refusals.yaml`. Read once. */
export function refusals(): readonly Refusal[] {
  known ??= parseRefusals(readFileSync(refusalsFile, 'utf8'))
  return known
}

/** The refusal of a name or an alias, however it is spelled: `Medusa`, `CAS_Spec`. `undefined` where nothing is refused. */
export function refusalOf(name: string): Refusal | undefined {
  const wanted = name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
  return refusals().find((one) => one.name === wanted || one.aliases.includes(wanted))
}

/** Reads a file of refusals; `ERR_REGISTRY_FORMAT` with the line of the first fault. */
export function parseRefusals(text: string): readonly Refusal[] {
  const yaml = readYaml(text)
  const issue = 'length' in yaml ? yaml[0] : undefined
  if ('length' in yaml) throw damaged(issue?.line, issue?.message)
  const { data, error } = refusalsSchema.safeParse(yaml.value)
  if (data !== undefined) return data.refusals
  const [first] = error.issues
  const place = yaml.issueAt(first?.path ?? [], first?.message ?? '')
  throw damaged(place.line, `${place.path} ${place.message}`)
}

function damaged(line = 1, message = ''): SpeculationError<'ERR_REGISTRY_FORMAT'> {
  return new SpeculationError('ERR_REGISTRY_FORMAT', `the refusals, line ${line}: ${message}`, { details: { line } })
}
