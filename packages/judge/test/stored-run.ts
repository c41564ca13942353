import type { AnswerRow } from '../src/store/answer-row.js'
import type { StoredRun } from '../src/store/results-store.js'
import type { RunRecord } from '../src/store/run-record.js'

/** A run that nobody made. */
export function storedRun(record: Partial<RunRecord> = {}, rows: readonly Partial<AnswerRow>[] = []): StoredRun {
  return {
    record: {
      format: 1,
      runId: 'x',
      suite: { suite: 'math', version: 1, fingerprint: '0123456789abcdef' },
      model: { path: '/models/a.gguf', bytes: 1, hash: '0123456789abcdef' },
      configuration: { name: 'default', settings: {} },
      engine: { name: 'memory', version: '1', settings: {} },
      machine: {},
      packages: {},
      sampling: { temperature: 0, seed: 0, maxTokens: 10 },
      prompts: Math.max(1, rows.length),
      repetitions: 1,
      startedAt: '2026-01-01T00:00:00.000Z',
      ...record,
    },
    rows: rows.map((row, index) => ({
      ...{ promptId: `p${index}`, tier: 'T1', repetition: 0, reason: '', truncated: false, milliseconds: 1 },
      startedAt: '2026-01-01T00:00:00.000Z',
      ...row,
    })),
  }
}
