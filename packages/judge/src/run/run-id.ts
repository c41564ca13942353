import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { RunRecord } from '../store/run-record.js'

/**
 * The name of a run, from everything that its answers, scores and timings depend on: asked again, the same run goes on, and
 * anything else is another run. Where the model's file lies does not count.
 */
export function runIdOf(record: Omit<RunRecord, 'runId' | 'startedAt'>): string {
  const { path, ...model } = record.model
  const hash = createHash('sha256')
    .update(canonical({ ...record, model }))
    .digest('hex')
    .slice(0, 12)
  const words = [record.suite.suite, basename(path, '.gguf'), record.configuration.name]
  return [...words.map((word) => slug(word)), hash].join('.')
}

function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return words.slice(0, 40) || 'x'
}

/** JSON with the fields of every object sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}
