import { describe, expect, it } from 'vitest'
import type { EndToEndReport } from './end-to-end.js'
import { endToEndText } from './end-to-end-table.js'
import type { ContestantRow } from './measure.js'

const plain: ContestantRow = {
  engine: 'foretoken/native',
  drafter: 'plain',
  tokensPerSecond: { median: 20, min: 19, max: 21.04 },
  speedup: { median: 1, min: 1, max: 1 },
  speedups: { a: 1, b: 1 },
  totalMs: { median: 2_000, min: 1_900, max: 2_100 },
  tokensPerStep: 1,
  draftedTokens: 0,
  acceptedTokens: 0,
  sameTexts: 2,
  questions: 2,
}
const lookup: ContestantRow = {
  ...plain,
  drafter: 'lookup',
  tokensPerSecond: { median: 50, min: 45, max: 55 },
  speedup: { median: 2.5, min: 2.25, max: 2.75 },
  speedups: { a: 4, b: 1 },
  tokensPerStep: 3.25,
  draftedTokens: 80,
  acceptedTokens: 20,
  sameTexts: 1,
}
const head = 'it needs a draft head'
const report: EndToEndReport = {
  version: 1,
  bench: 'end-to-end',
  machine: { cpu: 'Test CPU', cores: 2, threads: 1, node: 'v20.1.0', measuredAt: '2026-01-01', load: [0.1, 0.9] },
  format: 'q8_0',
  maxTokens: 48,
  repetitions: 3,
  models: [{ model: '0.2b', parameters: 2e8, fileBytes: 2.1e8, prompts: ['a', 'b'], rows: [plain, lookup] }],
  absent: ['draft-mtp', 'draft-dflash'].map((drafter) => ({ engine: 'llama-server', drafter, reason: head })),
}

function cellsOf(text: string, name: string): string[] {
  const line = text.split('\n').find((one) => one.includes(`│ ${name}`)) ?? ''
  return line.split('│').map((cell) => cell.trim())
}

describe('endToEndText', () => {
  it('gives every way of writing its figures', () => {
    const text = endToEndText(report)

    expect(cellsOf(text, 'plain').slice(3, -1)).toEqual([
      '20.0 (19.0–21.0)',
      '1',
      '',
      '',
      '1.00',
      '0',
      '–',
      '2000',
      '2/2',
    ])
    expect(cellsOf(text, 'lookup').slice(3, -1)).toEqual([
      '50.0 (45.0–55.0)',
      '2.50 (2.25–2.75)',
      '2.00',
      '1.00',
      '3.25',
      '80',
      '25 %',
      '2000',
      '1/2',
    ])
    expect(text).toContain('0.2b: 200 million parameters, 210 MB as q8_0; prompts a, b')
  })

  it('says what was not measured, and why, once for each reason', () => {
    expect(endToEndText(report)).toContain(
      'llama-server, not measured: it needs a draft head. (draft-mtp, draft-dflash)',
    )
  })

  it('warns of a tiny model and of a busy machine, where there is one', () => {
    const busy = { ...report.machine, load: [1.5, 2] as const }
    const [model] = report.models
    const tiny = { ...report, machine: busy, models: model === undefined ? [] : [{ ...model, model: 'base' as const }] }

    expect(endToEndText(report)).not.toMatch(/cache|busy/)
    expect(endToEndText(tiny)).toContain('fits into the processor’s cache')
    expect(endToEndText(tiny)).toContain('The machine was busy')
  })
})
