import fc, { type Arbitrary } from 'fast-check'
import type { Figure, Measurement } from '../src/registry-file/measurement.js'
import type { Registry, SourceRecord } from '../src/registry-file/registry.js'
import type { RegistryModel } from '../src/registry-file/registry-models.js'

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

const measurement: Arbitrary<Measurement> = fc.record(
  {
    source,
    date,
    hardware: fc.constant('machine'),
    method: fc.constant('bench'),
    model: names,
    label: text,
    quantisation: fc.constantFrom('Q4_K_M', 'f16'),
    draft: names,
    maxDraftTokens: count,
    experts: count,
    lookup: fc.boolean(),
    temperature: share,
    variant: text,
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

/** Registries that are valid: what an entry names is there. */
export const arbitraryRegistry: Arbitrary<Registry> = fc
  .record({
    measurements: fc.array(measurement, { maxLength: 6 }),
    records: fc.array(record, { maxLength: 6 }),
    reasons: fc.array(text, { minLength: 3, maxLength: 3 }),
    claims: fc.array(fc.record({ attribute: fc.constant('works'), model: names, value: text, text, source, date }), {
      maxLength: 3,
    }),
  })
  .map(({ reasons: [reason = 'x', quirk = 'x', cure = 'x'], ...lists }) => ({
    ...emptyRegistry,
    ...lists,
    quirks: [{ model: models[0], about: quirk, quirk: reason, cure, source: 'notes.md:1', date: '2026-02-03' }],
  }))

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
