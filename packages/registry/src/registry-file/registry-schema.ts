import { z } from 'zod'
import { measurementSchema, recommendationSchema, roleSchema } from './configuration-schemas.js'
import type { Registry } from './registry.js'
import type { ModelTrait, RegistryModel } from './registry-models.js'
import type { PoolMember } from './registry-roles.js'
import { amount, citation, cited, count, date, id, text } from './schema-parts.js'

const kind: z.ZodType<ModelTrait> = z.enum(['recurrent', 'vision', 'moe'])
const selector = {
  model: id.exactOptional(),
  family: id.exactOptional(),
  lineage: id.exactOptional(),
  kind: kind.exactOptional(),
}
const named = { id, source: citation }

const model: z.ZodType<RegistryModel> = z.strictObject({
  id,
  name: text,
  family: id,
  lineage: id.exactOptional(),
  architecture: id.exactOptional(),
  vocabulary: id.exactOptional(),
  parameters: count.exactOptional(),
  activeParameters: count.exactOptional(),
  experts: count.exactOptional(),
  defaultExperts: count.exactOptional(),
  layers: count.exactOptional(),
  recurrent: z.boolean().exactOptional(),
  vision: z.boolean().exactOptional(),
  usualDraft: id.exactOptional(),
  quantisations: z.array(
    z.strictObject({ name: id, bytes: count.exactOptional(), path: text.exactOptional(), source: citation }),
  ),
  sources: z.array(citation).min(1),
})

const expertKey = z.strictObject({
  architecture: id,
  family: id,
  key: z.string().regex(/^[a-z0-9_-]+\.expert_used_count$/),
  defaultExperts: count.exactOptional(),
  recommendedExperts: count.exactOptional(),
  ...cited,
})

const member: z.ZodType<PoolMember> = z.strictObject({
  model: id,
  quantisation: id.exactOptional(),
  bytes: count,
  source: citation,
})

const pair = z.strictObject({
  target: z.strictObject(selector),
  draft: z.strictObject(selector),
  verdict: z.enum(['works', 'fails']),
  reason: text,
  ...cited,
})

const hardware = z.strictObject({
  id,
  name: text,
  cores: count,
  threads: count,
  memoryBytes: count,
  bandwidthBytesPerSecond: count,
  bandwidthSource: citation,
  numaNodes: count.exactOptional(),
  sources: z.array(citation).min(1),
})

const record = z.strictObject({
  ...cited,
  topic: id,
  text: text.exactOptional(),
  cells: z.record(text, text).exactOptional(),
})

const loadTime = z.strictObject({
  bytes: count,
  quantisation: id,
  seconds: amount,
  secondsBefore: amount.exactOptional(),
  ...cited,
})

/** The form of a registry file. Whether its entries name each other rightly is checked besides. */
export const registrySchema: z.ZodType<Registry> = z.strictObject({
  formatVersion: z.literal(1),
  name: id,
  description: text,
  sources: z.array(z.strictObject({ id, title: text, date })),
  hardware: z.array(hardware),
  methods: z.array(z.strictObject({ ...named, description: text, independent: z.boolean() })),
  roots: z.array(z.strictObject({ path: text, purpose: text, source: citation })),
  models: z.array(model),
  expertKeys: z.array(expertKey),
  tiers: z.array(
    z.strictObject({
      ...named,
      name: text,
      defaultRole: id,
      preference: z.enum(['latency', 'quality', 'speed']),
    }),
  ),
  roles: z.array(roleSchema),
  pools: z.strictObject({ hot: z.array(member), warm: z.array(member) }),
  escalations: z.array(z.strictObject({ ...named, roles: z.array(id).min(2) })),
  loadTimes: z.array(loadTime),
  constraints: z.array(
    z.strictObject({ ...selector, forbids: z.enum(['speculation', 'lookup', 'text-draft']), instead: text, ...cited }),
  ),
  quirks: z.array(z.strictObject({ ...selector, about: text, quirk: text, cure: text, ...cited })),
  deprecations: z.array(
    z.strictObject({
      model: id,
      experts: count.exactOptional(),
      variant: text.exactOptional(),
      reason: text,
      replacement: text.exactOptional(),
      ...cited,
    }),
  ),
  pairs: z.array(pair),
  suites: z.array(
    z.strictObject({
      ...named,
      purpose: text,
      questions: count,
      scoring: z.enum(['judged', 'partly automatic', 'automatic']),
    }),
  ),
  recommendations: z.array(recommendationSchema),
  claims: z.array(
    z.strictObject({ ...selector, attribute: id, method: text.exactOptional(), value: text, text, ...cited }),
  ),
  supersessions: z.array(z.strictObject({ newer: citation, older: citation, reason: text, source: citation })),
  measurements: z.array(measurementSchema),
  records: z.array(record),
})
