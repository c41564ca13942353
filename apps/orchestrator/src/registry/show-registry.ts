import {
  type Answer,
  type Assignment,
  cautions,
  configurationText,
  draftsFor,
  earlierAssignments,
  escalationAfter,
  expertOverride,
  implausibilities,
  type Measurement,
  modelOf,
  type Quality,
  qualityOf,
  type Registry,
  type Role,
  residenceOf,
  roleOf,
  serverOf,
  supersededFigures,
} from '@foretoken/registry'
import { alignRows } from '../inspect/align-rows.js'
import { figureText, gigabytes, percent } from './figure-text.js'

/** What is shown: as an object, and for people. */
export interface Shown {
  readonly result: unknown
  readonly text: string
}

/** A registry at a glance, or all about one role or model of it. */
export function shownRegistry(registry: Registry, name?: string): Shown {
  if (name === undefined) return overview(registry)
  const isRole = registry.roles.some(({ id, aliases = [] }) => id === name || aliases.includes(name))
  return isRole ? shownRole(registry, name) : shownModel(registry, name)
}

function overview(registry: Registry): Shown {
  const { name, description, models, roles, measurements, records, tiers, pools } = registry
  const rows = tiers.flatMap(({ id, name: tier, defaultRole }) =>
    roles
      .filter((role) => role.tier === id)
      .map((role) => [
        `${id} ${tier}`,
        `${role.id}${role.id === defaultRole ? ' (default)' : ''}`,
        assignmentText(role.assignments[0]),
        portText(role, 'port '),
        role.pool ?? '',
      ]),
  )
  const counts = {
    models: models.length,
    roles: roles.length,
    measurements: measurements.length,
    records: records.length,
  }
  const hot = pools.hot.reduce((sum, { bytes }) => sum + bytes, 0)
  const warm = pools.warm.reduce((sum, { bytes }) => sum + bytes, 0)
  const lines = [
    `${name}: ${description}`,
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
    '',
    ...alignRows(rows),
    '',
    `hot ${gigabytes(hot)}, warm ${gigabytes(warm)}`,
  ]
  return { result: { name, description, counts, tiers, roles, pools }, text: lines.join('\n') }
}

function shownRole(registry: Registry, name: string): Shown {
  const role = roleOf(registry, name)
  const [server, earlier, next] = [
    serverOf(registry, name),
    earlierAssignments(registry, name),
    escalationAfter(registry, name),
  ]
  const { value } = server
  const shared = value.role === role.id ? '' : `, on the server of ${value.role}`
  const lines = [
    `${role.id}: ${role.purpose} (tier ${role.tier})`,
    ...alignRows([
      ['runs', `${assignmentText(value.assignment)}${shared}`, cited(server)],
      ...(value.port === undefined ? [] : [['port', portText(roleOf(registry, value.role)), '']]),
      ...(role.pool === undefined ? [] : [['pool', role.pool, '']]),
      ...earlier.value.map((one) => [`before`, `${assignmentText(one)}, ${one.date}`, `[${one.source}]`]),
      ...(next.value === undefined ? [] : [['then', next.value, cited(next)]]),
    ]),
  ]
  return { result: { role, server, earlier, next }, text: lines.join('\n') }
}

function shownModel(registry: Registry, name: string): Shown {
  const model = modelOf(registry, name)
  const [drafts, experts] = [draftsFor(registry, name), expertOverride(registry, name)]
  const residence = residenceOf(registry, name)
  const [warnings, superseded] = [cautions(registry, name), supersededFigures(registry, name)]
  const quality = qualityOf(registry, { model: model.id })
  const measured = registry.measurements.filter((one) => one.model === model.id)
  const facts = [
    [
      'files',
      model.quantisations.map(({ name: file, bytes }) => `${file}${bytes ? ` ${gigabytes(bytes)}` : ''}`).join(', '),
    ],
    [
      'pool',
      residence.value.pool +
        (residence.value.loadSeconds ? `, loads in ${residence.value.loadSeconds.toFixed(1)} s` : ''),
    ],
    ...(experts.value
      ? [['experts', `${experts.value.key}, default ${experts.value.defaults.join(' or ')} ${cited(experts)}`]]
      : []),
    ...(quality ? [['quality', `${qualityText(quality)} [${quality.sources.join(', ')}]`]] : []),
    ...drafts.value.map((one) => [
      'draft',
      `${one.draft}: ${one.verdict}${one.speedup ? `, ${one.speedup} ×` : ''}${one.reasons[0] ? ` (${one.reasons[0]})` : ''}`,
    ]),
    ...warnings.value.map((text) => ['caution', text]),
    ...(superseded.value.length > 0
      ? [['superseded', `${superseded.value.length} ${superseded.value.length === 1 ? 'figure' : 'figures'}`]]
      : []),
  ]
  const figures = measured.map((one) => figureRow(registry, one))
  const text = [`${model.name} (${model.family})`, ...alignRows(facts), '', ...alignRows(figures)].join('\n')
  return { result: { model, drafts, experts, residence, quality, cautions: warnings, superseded, measured }, text }
}

function figureRow(registry: Registry, one: Measurement): readonly string[] {
  const { date, tokensPerSecond, qualityRate, approximate = [], source } = one
  const about = approximate.includes('tokensPerSecond') ? '~' : ''
  const speed = tokensPerSecond === undefined ? '' : `${about}${figureText(tokensPerSecond)} tokens/s`
  const quality = qualityRate === undefined ? '' : figureText(qualityRate, percent)
  return [
    date,
    speed,
    gainText(one),
    quality,
    [configurationText(one), ...marks(registry, one)].join('; '),
    `[${source}]`,
  ]
}

/** What drafting brought. */
function gainText({ speedup, acceptanceRate }: Measurement): string {
  return [
    ...(speedup === undefined ? [] : [`${figureText(speedup)} ×`]),
    ...(acceptanceRate === undefined ? [] : [`${figureText(acceptanceRate, percent)} accepted`]),
  ].join(', ')
}

/** What has to be known to read a row rightly. */
function marks(registry: Registry, one: Measurement): readonly string[] {
  const { task, outcome, partial, earlierSuites, invalidScores } = one
  const [doubt] = implausibilities(registry, one)
  return [
    ...(task === undefined ? [] : [`at ${task}`]),
    ...(outcome === undefined ? [] : [outcome === 'fails' ? 'it failed' : 'it wrote garbage']),
    ...(partial === true ? ['some suites only'] : []),
    ...(earlierSuites === true ? ['easier questions, of before'] : []),
    ...(invalidScores === undefined ? [] : [`scores do not count: ${invalidScores}`]),
    ...(doubt === undefined ? [] : [`implausible: ${doubt.because}`]),
  ]
}

function qualityText({ rate, range: [least, most], partial }: Quality): string {
  const apart = percent(least) === percent(most) ? '' : `, from ${percent(least)} to ${percent(most)} by the run`
  return `${percent(rate)}${apart}${partial ? ', some suites only' : ''}`
}

function portText({ port, lastPort }: Role, before = ''): string {
  if (port === undefined) return ''
  return `${before}${port}${lastPort === undefined ? '' : ` to ${lastPort}`}`
}

function assignmentText(assignment: Assignment | undefined): string {
  if (assignment?.model === undefined)
    return assignment?.sharesServerOf === undefined ? '' : `shares ${assignment.sharesServerOf}`
  return configurationText({ ...assignment, model: assignment.model })
}

function cited({ sources }: Answer<unknown>): string {
  return `[${sources.join(', ')}]`
}
