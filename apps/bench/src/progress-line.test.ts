import { describe, expect, it } from 'vitest'
import { fakeHost } from '../test/fake-host.js'
import { percent, progressLine } from './progress-line.js'

describe('progressLine', () => {
  it('redraws one line on a terminal, cut to its width, and wipes it', () => {
    const host = fakeHost({ isTTY: true, columns: 12 })
    const line = progressLine(host.stderr)
    line.show('writing', '1 %')
    line.show('writing', '1 %')
    line.show('writing', '100 per cent')
    line[Symbol.dispose]()

    const redraw = '\r\u001b[2K'
    expect(host.errors()).toBe(`${redraw}writing 1 %${redraw}writing 100${redraw}`)
  })

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    const host = fakeHost({ isTTY: true, columns: 0 })
    using line = progressLine(host.stderr)
    line.show('x'.repeat(500))

    expect(host.errors()).toBe(`\r\u001b[2K${'x'.repeat(79)}`)
  })

  it('writes a line for each topic elsewhere', () => {
    const host = fakeHost()
    {
      using line = progressLine(host.stderr)
      line.show('writing', '1 %')
      line.show('writing', '2 %')
      line.show('loading')
    }

    expect(host.errors()).toBe('writing\nloading\n')
  })
})

describe('percent', () => {
  it('never rounds up to the whole', () => {
    expect(percent(999, 1000)).toBe('99 %')
    expect(percent(1000, 1000)).toBe('100 %')
  })
})
