import { fixtureModels } from '@foretoken/fixtures'
import { describe, expect, it } from 'vitest'
import type { DemoReport, DemoRow } from './demo-report.js'
import { demoText } from './demo-table.js'

const row: DemoRow = {
  id: 'quote-wall',
  kind: 'quote',
  tokens: 60,
  steps: 12,
  tokensPerStep: 5,
  plainTokensPerSecond: 20,
  draftedTokensPerSecond: 50,
  speedup: 2.5,
  speedupRange: [2.4, 2.6],
  draftedTokens: 50,
  identical: true,
}
const slow: DemoRow = { ...row, id: 'arithmetic-mugs', draftedTokensPerSecond: 18, speedup: 0.9 }
const idle: DemoRow = { ...slow, id: 'sql-filter', draftedTokens: 0, tokensPerStep: 1 }
const report: DemoReport = {
  machine: { cpu: 'Test CPU', threads: 2, engine: 'node-llama-cpp 3', backend: 'cpu' },
  model: { path: '/m.gguf', parameters: 201_362_432, fileBytes: 402_932_256 },
  drafter: 'auto',
  policy: 'goodput',
  repetitions: 3,
  rows: [row],
  total: row,
  identical: true,
}

function lineOf(text: string, name: string): string {
  return text.split('\n').find((line) => line.includes(name)) ?? ''
}

/** The text without its line breaks. */
function oneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}

describe('demoText', () => {
  it('gives each prompt its figures', () => {
    const cells = lineOf(demoText(report), 'quote-wall').split('│')

    expect(cells.map((cell) => cell.trim()).slice(1, -1)).toEqual([
      'quote-wall',
      '60',
      '5.00',
      '20.0',
      '50.0',
      '2.50 ×',
      'yes',
    ])
  })

  it('says in words which rows are slower, and nothing of it where none is', () => {
    const text = demoText({ ...report, rows: [row, slow] })

    expect(lineOf(text, '│ arithmetic-mugs')).toContain('0.90 ×')
    expect(oneLine(text)).toContain('Slower than plain decoding: arithmetic-mugs.')
    expect(demoText(report)).not.toContain('Slower')
  })

  it('does not call slower what drafted nothing, but says that it is noise', () => {
    const text = oneLine(demoText({ ...report, rows: [row, idle, { ...idle, id: 'json-order', speedup: 1.1 }] }))

    expect(text).not.toContain('Slower')
    expect(text).toContain('in sql-filter, json-order: both ways do the same there, so 0.90 to 1.10 × is noise')
    expect(oneLine(demoText({ ...report, rows: [row, idle] }))).toContain('so 0.90 × is noise')
  })

  it('says when all together are slower', () => {
    expect(oneLine(demoText({ ...report, total: slow }))).toContain(
      'slower than plain decoding, at 0.90 times its speed',
    )
  })

  it('warns where a busy machine makes the speeds worthless', () => {
    const steady = demoText({ ...report, rows: [row, { ...row, plainTokensPerSecond: 22 }] })
    const busy = oneLine(demoText({ ...report, rows: [row, { ...row, plainTokensPerSecond: 8 }] }))

    expect(steady).not.toContain('busy')
    expect(busy).toContain('differ by 2.5 times: this machine was busy')
  })

  it('tells a tie from a fault', () => {
    const tie = demoText({ ...report, rows: [{ ...row, identical: 'tie' }], identical: 'tie' })
    const fault = demoText({ ...report, rows: [{ ...row, identical: false }], identical: false })

    expect(lineOf(tie, '│ quote-wall')).toContain('yes, up to a tie')
    expect(tie).toContain('A tie: two tokens were equally good')
    expect(lineOf(fault, '│ quote-wall')).toContain('NO')
    expect(fault).toContain('DIFFERENT OUTPUT')
  })

  it('names machine, threads, engine and model, and what to try next', () => {
    const text = demoText(report)

    expect(text.split('\n').every((line) => line.startsWith('│') || line.length <= 120)).toBe(true)
    for (const part of ['Test CPU, 2 threads', 'node-llama-cpp 3 (cpu)', '0.2 billion', '403 MB', 'foretoken -- run']) {
      expect(oneLine(text)).toContain(part)
    }
  })

  it('ends with the command that opens the page, on a model that is there', () => {
    const [command = ''] = demoText(report).trimEnd().split('\n').slice(-1)
    const [, path = ''] = /^ {2}npm run -s foretoken -- serve (\S+)$/.exec(command) ?? []
    expect(fixtureModels.base.q8_0.endsWith(`/${path}`)).toBe(true)
  })
})
