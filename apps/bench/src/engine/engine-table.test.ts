import { describe, expect, it } from 'vitest'
import type { EngineReport } from './engine-bench.js'
import type { EngineRow } from './engine-rows.js'
import { engineText } from './engine-table.js'
import type { OverheadRow } from './overhead.js'

const exactly = (value: number) => ({ median: value, min: value, max: value })
const plain: EngineRow = {
  engine: 'native',
  drafter: 'plain',
  tokensPerSecond: { median: 20, min: 19, max: 21 },
  speedup: exactly(1),
  ofCostCurve: { median: 0.985, min: 0.97, max: 1.01 },
  outsideUs: { median: 35.4, least: 31 },
  againstLlamaBench: { median: 0.997, min: 0.98, max: 1.02 },
}
const { outsideUs, againstLlamaBench, ...uncounted } = plain
const hopeless: EngineRow = { ...uncounted, engine: 'node-llama-cpp', drafter: 'hopeless 8', speedup: exactly(0.75) }
const overhead: OverheadRow = {
  engine: 'native',
  drafter: 'oracle 16',
  rowsPerStep: 17,
  outsideUs: { median: 700, least: 650 },
  estimated: false,
  fixedUs: 40,
  scanUs: 600,
  cachedScanUs: 90,
  limitUs: 820,
  hop: { idleUs: 81.2, coldUs: 136 },
}
const slow: OverheadRow = {
  ...overhead,
  engine: 'node-llama-cpp',
  outsideUs: { median: 9_000 },
  estimated: true,
}
const costs = [
  { width: 1, ms: 10 },
  { width: 17, ms: 42.125 },
]
const report: EngineReport = {
  version: 1,
  bench: 'engine',
  machine: { cpu: 'Test CPU', cores: 2, threads: 1, node: 'v20.1.0', measuredAt: '2026-01-01', load: [0.1, 0.9] },
  format: 'q8_0',
  prompt: 'rename-walk',
  repetitions: 3,
  models: [
    {
      model: '0.2b',
      parameters: 2e8,
      fileBytes: 2.1e8,
      promptTokens: 90,
      answerTokens: 60,
      llamaBench: exactly(20.2),
      engines: [
        { engine: 'native', costs, rows: [plain] },
        { engine: 'node-llama-cpp', costs, rows: [hopeless] },
      ],
    },
  ],
  overhead: { vocabulary: 151_936, rows: [overhead, slow] },
  absent: [],
}

function cellsOf(text: string, ...names: string[]): string[] {
  const lines = text.split('\n').map((line) => line.split('│').map((cell) => cell.trim()))
  return lines.find((cells) => names.every((name) => cells.includes(name)))?.slice(1, -1) ?? []
}

describe('engineText', () => {
  it('gives plain decoding beside llama-bench', () => {
    const text = engineText(report)

    expect(text).toContain('60 tokens behind the 90 of rename-walk')
    expect(cellsOf(text, 'llama-bench', 'plain')[2]).toBe('20.2 (20.2–20.2)')
    expect(cellsOf(text, 'native', 'plain').slice(2)).toEqual([
      '20.0 (19.0–21.0)',
      '1',
      '98.5 % (97–101)',
      '99.7 % (98–102)',
      '35',
      '31',
    ])
  })

  it('says in words what hopeless drafts lose', () => {
    const cells = cellsOf(engineText(report), 'node-llama-cpp', 'hopeless 8')
    expect(cells[3]).toBe('0.75 (0.75–0.75), 25 % lost')
    expect(cells.at(-1)).toBe('–')
  })

  it('shows the cost curve', () => {
    expect(cellsOf(engineText(report), 'ms to verify a width of')).toEqual(['ms to verify a width of', '1', '17'])
    expect(cellsOf(engineText(report), 'native', '42.13')).toEqual(['native', '10.00', '42.13'])
  })

  it('holds the time outside llama_decode against both terms of its limit', () => {
    const text = engineText(report)

    expect(text).toContain('at a vocabulary of 151,936 tokens')
    expect(cellsOf(text, 'native', 'oracle 16').slice(2)).toEqual([
      '17.0',
      '700',
      '650',
      '820',
      '40',
      '1.3 × 600',
      '90',
      '81',
      '136',
      'holds',
    ])
    const exceeded = { ...overhead, outsideUs: { median: 821, least: 650 } }
    const worse = engineText({ ...report, overhead: { ...report.overhead, rows: [exceeded] } })
    expect(cellsOf(worse, 'native', 'oracle 16').at(-1)).toBe('exceeded')
    expect(cellsOf(text, 'node-llama-cpp', 'oracle 16').slice(3)).toContain('about 9000')
    expect(cellsOf(text, 'node-llama-cpp', 'oracle 16').at(-1)).toBe('')
    expect(text).toContain('“About”: node-llama-cpp does not say')
  })

  it('says what is missing', () => {
    const models = report.models.map(({ llamaBench, ...model }) => ({ ...model, model: 'base' as const }))
    const absent = [{ engine: 'native', reason: 'there is no compiler' }]
    const text = engineText({ ...report, models, absent })

    expect(text).toContain('native, not measured: there is no compiler')
    expect(text).toContain('llama-bench, not measured: it is not built; npm run test:engines builds it')
    expect(text).toContain('fits into the processor’s cache')
    expect(engineText(report)).not.toMatch(/not measured|processor’s cache|was busy/)
  })
})
