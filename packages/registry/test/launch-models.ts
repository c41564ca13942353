import * as fc from 'fast-check'
import type { MachineFacts } from '../src/machine/machine-facts.js'
import type { LaunchDraft, LaunchLookup, LaunchModel, LaunchOverride } from '../src/plans/launch-model.js'

const path = fc.stringMatching(/^\/[a-z0-9/_.-]{1,20}\.gguf$/)
const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,15}$/)
const count = fc.integer({ min: 1, max: 64 })

const override: fc.Arbitrary<LaunchOverride> = fc.record({
  key: fc.constantFrom('qwen3moe.expert_used_count', 'tokenizer.ggml.add_bos_token', 'llama.rope.freq_base'),
  value: fc.oneof(count, fc.boolean(), fc.constantFrom(0.5, 10_000.25)),
})

const draft: fc.Arbitrary<LaunchDraft> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom('model' as const, 'eagle3' as const, 'dflash' as const), path, maxTokens: count },
    { requiredKeys: ['kind', 'path'] },
  ),
  fc.record({ kind: fc.constant('mtp' as const), maxTokens: count }, { requiredKeys: ['kind'] }),
)

const lookup: fc.Arbitrary<LaunchLookup> = fc.record({ matchTokens: count, maxTokens: count }, { requiredKeys: [] })

/** Any model that a registry could describe. */
export const launchModels: fc.Arbitrary<LaunchModel> = fc.record(
  {
    name,
    path,
    aliases: fc.array(name, { maxLength: 2 }),
    host: fc.constantFrom('127.0.0.1', 'localhost'),
    port: fc.integer({ min: 1, max: 65_535 }),
    contextTokens: fc.integer({ min: 16, max: 262_144 }),
    sequences: fc.integer({ min: 1, max: 8 }),
    overrides: fc.uniqueArray(override, { selector: ({ key }) => key, maxLength: 3 }),
    projectorPath: path,
    embeds: fc.boolean(),
    draft,
    lookup,
    refused: fc.array(fc.constantFrom('its vocabulary differs', 'it is too large.'), { maxLength: 2 }),
  },
  { requiredKeys: ['name', 'path'] },
)

/** A machine with these cores and memory nodes. */
export function machineOf(facts: Partial<MachineFacts> = {}): MachineFacts {
  return {
    platform: 'linux',
    architecture: 'x64',
    processor: 'EPYC',
    logicalCores: 192,
    physicalCores: 96,
    numaNodes: [],
    hasNumactl: false,
    memory: { totalBytes: 1e12, availableBytes: 1e12 },
    limits: {},
    unknown: [],
    ...facts,
  }
}

/** Memory nodes that have processors. */
export function nodesOf(count: number): NonNullable<MachineFacts['numaNodes']> {
  return Array.from({ length: count }, (_, node) => ({ node, processors: [node], memoryBytes: 1e11 }))
}

/** Machines of all kinds. */
export const machines: fc.Arbitrary<MachineFacts> = fc
  .record({
    physicalCores: fc.option(fc.integer({ min: 1, max: 96 }), { nil: undefined }),
    threadsEach: fc.integer({ min: 1, max: 2 }),
    nodes: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    hasNumactl: fc.boolean(),
    cores: fc.option(fc.double({ min: 0.1, max: 128, noNaN: true }), { nil: undefined }),
  })
  .map(({ physicalCores, threadsEach, nodes, hasNumactl, cores }) => {
    const { physicalCores: _, numaNodes: __, ...rest } = machineOf({ hasNumactl })
    return {
      ...rest,
      logicalCores: (physicalCores ?? 4) * threadsEach,
      ...(physicalCores !== undefined && { physicalCores }),
      ...(nodes !== undefined && { numaNodes: nodesOf(nodes) }),
      limits: cores === undefined ? {} : { cores },
    }
  })
