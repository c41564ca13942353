import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { storedRun } from '../../test/stored-run.js'
import type { Score } from '../check-result.js'
import type { RunRecord } from './run-record.js'
import { summarizeRun } from './run-summary.js'
import { type SummarizedRun, summaryCsv } from './summary-csv.js'

const run = (record: Partial<RunRecord>, ...scores: readonly (Score | undefined)[]): SummarizedRun => {
  const rows = scores.map((score) => ({
    ...(score !== undefined && { score }),
    usage: { promptTokens: 1, completionTokens: 50 },
    generation: { generateMs: 500, steps: 50, draftedTokens: 0, acceptedTokens: 0 },
  }))
  const stored = storedRun(record, rows)
  return { record: stored.record, summary: summarizeRun(stored.record, stored.rows, '2026-01-01T00:00:00.000Z') }
}
const suite = (name: string, version = 1, fingerprint = name.padEnd(16, '0')) => ({ suite: name, version, fingerprint })
const table = (...runs: readonly SummarizedRun[]): readonly Readonly<Record<string, string>>[] =>
  parse(summaryCsv(runs), { columns: true })

describe('summaryCsv', () => {
  it('has a line for a model in a configuration and a column for a suite, and takes the last run', () => {
    const fewer = { configuration: { name: 'experts-2', settings: { experts: 2 } } }
    expect(
      table(
        run({ suite: suite('math') }, 0, 0),
        run({ suite: suite('coder') }, 3, 0),
        run({ suite: suite('math') }, 3, 3, undefined),
        run({ suite: suite('math'), ...fewer }, 1, 2),
      ),
    ).toEqual([
      {
        ...{ model: 'a.gguf', hash: '0123456789ab', configuration: 'default', temperature: '0' },
        ...{ 'coder v1 %': '50.0', 'math v1 %': '100.0', 'all %': '75.0', unscored: '1', 'tokens/s': '100.0' },
      },
      {
        ...{ model: 'a.gguf', hash: '0123456789ab', configuration: 'experts-2', temperature: '0' },
        ...{ 'coder v1 %': '', 'math v1 %': '50.0', 'all %': '', unscored: '0', 'tokens/s': '100.0' },
      },
    ])
  })

  it('never puts other versions or prompts into one column', () => {
    const [line] = table(
      run({ suite: suite('math', 1, 'a'.repeat(16)) }, 0),
      run({ suite: suite('math', 1, 'b'.repeat(16)) }, 3),
      run({ suite: suite('math', 2) }, 1),
    )
    expect(line).toMatchObject({
      [`math v1 (${'a'.repeat(16)}) %`]: '0.0',
      [`math v1 (${'b'.repeat(16)}) %`]: '100.0',
      'math v2 %': '33.3',
    })
  })

  it('is read as text by spreadsheets, whatever a file is called', () => {
    const model = { path: '/m/=cmd,"x"\n.gguf', bytes: 1, hash: '0123456789abcdef' }
    expect(table(run({ model }, 3))[0]).toHaveProperty('model', '\'=cmd,"x"\n.gguf')
  })

  it('is a header where there is nothing', () => {
    expect(summaryCsv([])).toBe('model,hash,configuration,temperature,all %,unscored,tokens/s\n')
  })
})
