import type { AnswerRow, ResultsStore, RunRecord, Suite } from '@foretoken/judge'
import { suiteIdentity } from '@foretoken/judge'

/** A suite with a prompt for each tier. */
export const tieredSuite: Suite = {
  suite: 'sums',
  version: 1,
  description: 'Sums',
  prompts: (['T1', 'T2', 'T3'] as const).map((tier, index) => ({
    id: `sum-${index + 1}`,
    tier,
    messages: [{ role: 'user', content: `What is 1 + ${index + 1}?` }],
    reference: `${index + 2}`,
    ...(tier === 'T3' && { steps: ['one', 'two', 'three'] }),
    checker: { kind: 'numeric', value: index + 2 },
    answers: { right: `${index + 2}`, wrong: '0' },
  })),
}

/** A run of a suite as `judge run` records it. */
export function memoryRun(runId: string, changes: Partial<RunRecord> = {}, suite: Suite = tieredSuite): RunRecord {
  const { version, fingerprint = '' } = suiteIdentity(suite)
  return {
    format: 1,
    runId,
    suite: { suite: suite.suite, version: version ?? 0, fingerprint },
    model: { path: `/models/${runId}.gguf`, bytes: 1000, hash: 'ab'.repeat(32) },
    configuration: { name: 'default', settings: {} },
    engine: { name: 'native', version: '1', settings: { threads: 1 } },
    machine: { cores: 2 },
    packages: { foretoken: '0.0.0' },
    sampling: { temperature: 0, seed: 0, maxTokens: 64 },
    prompts: suite.prompts.length,
    repetitions: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    ...changes,
  }
}

/** An answer that passed, unless `changes` say otherwise. */
export function memoryRow(promptId: string, changes: Partial<AnswerRow> = {}): AnswerRow {
  return {
    promptId,
    tier: `T${Number(promptId.at(-1) ?? 1)}` as AnswerRow['tier'],
    repetition: 0,
    answer: { text: `It is ${promptId}.`, finish: 'stop', toolCalls: [] },
    score: 3,
    passed: true,
    reason: 'as expected',
    truncated: false,
    usage: { promptTokens: 10, completionTokens: 20 },
    startedAt: '2026-01-02T03:04:06.000Z',
    milliseconds: 500,
    ...changes,
  }
}

/** Keeps a run with its answers in a store. */
export async function keepRun(store: ResultsStore, record: RunRecord, rows: readonly AnswerRow[]): Promise<void> {
  await using run = await store.open(record, tieredSuite)
  for (const row of rows) await run.append(row)
}
