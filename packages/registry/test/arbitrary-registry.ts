import fc, { type Arbitrary } from 'fast-check'
import type { Figure, Measurement } from '../src/registry-file/measurement.js'
import type { Registry, SourceRecord } from '../src/registry-file/registry.js'
import type { RegistryModel } from '../src/registry-file/registry-models.js'
import type { Role } from '../src/registry-file/registry-roles.js'

/** Texts that YAML takes for something else where they are not quoted, and any others. */
const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom('no', 'null', '~', '1.0', '0x1F', '2026-01-07', 'a: b', '# x', '- x', '"', "'", '{ x }', '[', ' x '),
  fc.constantFrom('two\nlines', 'ends with a line\n', '\ttab', '…', '&a', '*a', '!x', '%', '@', '`', '| x', '> x', ','),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
)
/** Names of remarks and columns. */
const key: Arbitrary<string> = text.filter((name) => name !== '__proto__')
const share: Arbitrary<number> = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs)
const figure: Arbitrary<Figure> = fc.oneof(
  fc.integer({ min: 0, max: 1e12 }),
  share,
  fc.integer({ min: 1, max: 50 }).map((least) => ({ least, most: least + 1.5 })),
)
const count = fc.integer({ min: 1, max: 512 })
const date = fc.constantFrom('2024-12-13', '2026-02-03')
const source = fc.integer({ min: 1, max: 999 }).map((line) => `notes.md:${line}`)
const models = ['a-7b', 'b-0.5b', 'c-480b-a35b'] as const
const names = fc.constantFrom(...models)

/** How a model was run. */
const run = {
  quantisation: fc.constantFrom('Q4_K_M', 'f16'),
  draft: names,
  maxDraftTokens: count,
  experts: count,
  lookup: fc.boolean(),
  temperature: share,
  variant: text,
}

const measurement: Arbitrary<Measurement> = fc.record(
  {
    source,
    date,
    hardware: fc.constant('machine'),
    method: fc.constant('bench'),
    model: names,
    label: text,
    ...run,
    tokensPerSecond: figure,
    speedup: figure,
    acceptanceRate: share,
    scores: fc.dictionary(fc.constantFrom('math', 'coder'), fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constant(30))),
    outcome: fc.constantFrom('fails', 'garbage'),
    approximate: fc.subarray(['tokensPerSecond', 'speedup'] as const),
    partial: fc.boolean(),
    remarks: fc.dictionary(key, text, { maxKeys: 4 }),
  },
  { requiredKeys: ['source', 'date', 'hardware', 'method', 'model'] },
)

const record: Arbitrary<SourceRecord> = fc.record(
  { source, date, topic: fc.constant('tracks'), text, cells: fc.dictionary(key, text, { maxKeys: 4 }) },
  { requiredKeys: ['source', 'date', 'topic'] },
)

const selector = fc.record(
  {
    model: names,
    family: fc.constant('f'),
    lineage: fc.constant('pard'),
    kind: fc.constantFrom('recurrent', 'vision', 'moe'),
  },
  { requiredKeys: [] },
)
const member = fc.record(
  { model: names, quantisation: fc.constant('f16'), bytes: count, source },
  { requiredKeys: ['model', 'bytes', 'source'] },
)

const role = (id: string): Arbitrary<Role> =>
  fc.record(
    {
      id: fc.constant(id),
      tier: fc.constant('A'),
      purpose: text,
      aliases: fc.constantFrom([], [`${id}-too`]),
      port: fc.integer({ min: 1, max: 65_535 }),
      lastPort: fc.integer({ min: 1, max: 65_535 }),
      pool: fc.constantFrom('hot', 'warm'),
      assignments: fc.array(
        fc.record({ model: names, source, date, ...run }, { requiredKeys: ['model', 'source', 'date'] }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: ['id', 'tier', 'purpose', 'assignments'] },
  )

/** Lists that hold whatever their form allows. */
const lists = {
  measurements: fc.array(measurement, { maxLength: 6 }),
  records: fc.array(record, { maxLength: 6 }),
  roots: fc.array(fc.record({ path: text, purpose: text, source }), { maxLength: 2 }),
  expertKeys: fc.array(
    fc.record(
      {
        architecture: fc.constant('moe'),
        family: fc.constant('f'),
        key: fc.constant('moe.expert_used_count'),
        defaultExperts: count,
        recommendedExperts: count,
        source,
        date,
      },
      { requiredKeys: ['architecture', 'family', 'key', 'source', 'date'] },
    ),
    { maxLength: 2 },
  ),
  roles: fc.tuple(role('front'), role('back')),
  pools: fc.record({ hot: fc.array(member, { maxLength: 2 }), warm: fc.array(member, { maxLength: 2 }) }),
  escalations: fc.array(
    fc.record({ id: fc.constant('code'), roles: fc.constant(['front', 'back'] as const), source }),
    { maxLength: 1 },
  ),
  loadTimes: fc.array(
    fc.record(
      { bytes: count, quantisation: fc.constant('Q4_K'), seconds: share, secondsBefore: share, source, date },
      { requiredKeys: ['bytes', 'quantisation', 'seconds', 'source', 'date'] },
    ),
    { maxLength: 2 },
  ),
  constraints: selected({ forbids: fc.constantFrom('speculation', 'lookup', 'text-draft'), instead: text }),
  quirks: selected({ about: text, quirk: text, cure: text }),
  claims: selected({ attribute: fc.constant('works'), method: text, value: text, text }),
  deprecations: fc.array(
    fc.record(
      { model: names, experts: count, variant: text, reason: text, replacement: text, source, date },
      { requiredKeys: ['model', 'reason', 'source', 'date'] },
    ),
    { maxLength: 2 },
  ),
  pairs: fc.array(
    fc.record({
      ...{ target: selector, draft: selector, verdict: fc.constantFrom('works', 'fails'), reason: text, source, date },
    }),
    { maxLength: 2 },
  ),
  suites: fc.array(
    fc.record({
      ...{ id: fc.constant('math'), purpose: text, questions: count, source },
      scoring: fc.constantFrom('judged', 'partly automatic', 'automatic'),
    }),
    { minLength: 1, maxLength: 1 },
  ),
  recommendations: fc.array(
    fc.record(
      {
        ...{ task: fc.constant('sums'), model: names, ...run, qualityRate: share, tokensPerSecond: share },
        ...{ suites: fc.constant(['math'] as const), source, date },
      },
      { requiredKeys: ['task', 'model', 'qualityRate', 'tokensPerSecond', 'suites', 'source', 'date'] },
    ),
    { maxLength: 2 },
  ),
  supersessions: fc.array(fc.record({ newer: source, older: source, reason: text, source }), { maxLength: 2 }),
}

/** Statements about the models that a selector chooses. */
function selected<Entry>(fields: { [Key in keyof Entry]: Arbitrary<Entry[Key]> }) {
  const one = fc.record({ ...fields, source, date }) as Arbitrary<Entry & { source: string; date: string }>
  return fc.array(
    fc.tuple(selector, one).map(([chosen, entry]) => ({ ...chosen, ...entry })),
    { maxLength: 2 },
  )
}

/** Registries that are valid: what an entry names is there. */
export const arbitraryRegistry: Arbitrary<Registry> = fc
  .record(lists)
  .map((filled): Registry => ({ ...emptyRegistry, ...filled }))

const cited = { source: 'notes.md:1', date: '2026-02-03' }

function model(id: string): RegistryModel {
  return {
    id,
    name: id,
    family: 'f',
    quantisations: [{ name: 'Q4_K_M', source: 'notes.md:1' }],
    sources: ['notes.md:1'],
  }
}

const emptyRegistry: Registry = {
  formatVersion: 1,
  name: 'test',
  description: 'For tests',
  sources: [{ id: 'notes.md', title: 'Notes', date: '2026-02-03' }],
  hardware: [
    {
      ...{ id: 'machine', name: 'Machine', cores: 4, threads: 8 },
      ...{ memoryBytes: 64e9, bandwidthBytesPerSecond: 100e9, bandwidthSource: 'notes.md:1', sources: ['notes.md:1'] },
    },
  ],
  methods: [{ id: 'bench', source: 'notes.md:1', description: 'llama-bench', independent: true }],
  roots: [],
  models: models.map(model),
  expertKeys: [],
  tiers: [{ id: 'A', source: 'notes.md:1', name: 'front', defaultRole: 'front', preference: 'latency' }],
  roles: [{ id: 'front', tier: 'A', purpose: 'all', assignments: [{ model: models[0], ...cited }] }],
  pools: { hot: [], warm: [] },
  escalations: [],
  loadTimes: [],
  constraints: [],
  quirks: [],
  deprecations: [],
  pairs: [],
  suites: [],
  recommendations: [],
  claims: [],
  supersessions: [],
  measurements: [],
  records: [],
}
