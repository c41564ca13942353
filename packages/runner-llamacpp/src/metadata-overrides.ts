import { SpeculationError } from '@foretoken/contract'
import type { GgufMetadata } from '@foretoken/registry/gguf'
import type { ModelFile } from './model-file.js'
import type { MetadataOverrides } from './model-types.js'

// llama.h, `llama_model_kv_override`: fields of 128 bytes with a final zero.
const mostOverrideBytes = 127

/** One override with the type that it has in the file. */
export type PlannedOverride =
  | { readonly key: string; readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly key: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly kind: 'string'; readonly value: string }

/**
 * Checks overrides against the file, since llama.cpp ignores one of the wrong type with no more than a log line, and
 * returns the metadata as the model will see them, the overrides, and these as node-llama-cpp must be given them.
 */
export function applyOverrides(
  { metadata, floatKeys }: Pick<ModelFile, 'metadata' | 'floatKeys'>,
  overrides: MetadataOverrides,
): {
  readonly metadata: GgufMetadata
  readonly overrides: readonly PlannedOverride[]
  readonly engineOverrides: MetadataOverrides
} {
  const replaced = new Map(metadata)
  const planned: PlannedOverride[] = []
  const engineOverrides: Record<string, Record<string, number | string | boolean>> = {}
  for (const [space, entries] of Object.entries(overrides)) {
    const engineEntries: Record<string, number | string | boolean> = {}
    for (const [name, value] of Object.entries(entries)) {
      const key = `${space}.${name}`
      checkOverride(key, value, metadata)
      replaced.set(key, value)
      planned.push(plannedOverride(key, value, floatKeys))
      engineEntries[name] = floatKeys.has(key) && Number.isInteger(value) ? asFloat(value as number) : value
    }
    engineOverrides[space] = engineEntries
  }
  return { metadata: replaced, overrides: planned, engineOverrides }
}

function plannedOverride(
  key: string,
  value: number | string | boolean,
  floatKeys: ReadonlySet<string>,
): PlannedOverride {
  if (typeof value === 'boolean') return { key, kind: 'bool', value }
  if (typeof value === 'string') return { key, kind: 'string', value }
  return { key, kind: floatKeys.has(key) || !Number.isInteger(value) ? 'float' : 'int', value }
}

function checkOverride(key: string, value: number | string | boolean, metadata: GgufMetadata): void {
  const found = metadata.get(key)
  const [expected, got] = [kindOf(found), kindOf(value)]
  if (found !== undefined && expected !== got) throw invalid(key, `it must be a ${expected}, got a ${got}`)
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(key, `it must be finite, got ${value}`)
  const bytes = Math.max(Buffer.byteLength(key), typeof value === 'string' ? Buffer.byteLength(value) : 0)
  if (bytes > mostOverrideBytes) throw invalid(key, `key and text may have ${mostOverrideBytes} bytes, got ${bytes}`)
}

function kindOf(value: unknown): string {
  if (typeof value === 'bigint') return 'number'
  return typeof value === 'object' ? 'list, which cannot be replaced' : typeof value
}

/**
 * node-llama-cpp passes whole numbers on as integers, which llama.cpp refuses for a float. This is the same float to
 * llama.cpp's 24 bits and no whole number to JavaScript's 53.
 */
function asFloat(value: number): number {
  return value === 0 ? Number.MIN_VALUE : value * (1 + 2 ** -40)
}

function invalid(key: string, reason: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', `metadataOverrides cannot replace ${key}: ${reason}`, {
    details: { option: 'metadataOverrides', key },
  })
}
