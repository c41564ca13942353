import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, sideBySide } from './side-by-side.js'

describe('sideBySide', () => {
  it('wraps between words and puts the texts beside each other', () => {
    expect(sideBySide('one two three four five six seven', 'a\n\tb', { columns: 51 })).toEqual([
      'one two three four five  │ a',
      'six seven                │     b',
    ])
  })

  it('puts them one below the other where it is narrow', () => {
    expect(sideBySide('a b', 'c', { columns: 20 })).toEqual(['< a b', '> c'])
  })

  it('says how many lines it leaves out', () => {
    expect(sideBySide('1\n2\n3\n4', '1', { columns: 80, maxLines: 3 }).map((line) => line.split(' ')[0])).toEqual([
      '1',
      '2',
      '…',
    ])
    expect(sideBySide('1\n2\n3\n4', '', { columns: 80, maxLines: 3 })[2]).toContain('… 2 more lines')
  })

  it('counts what is drawn over two cells', () => {
    expect(['abc', 'é', '日本', '한국', '🙂', '👨‍👩‍👧'].map(cellsOf)).toEqual([3, 1, 4, 4, 2, 2])
  })

  it('never writes beyond the terminal, and loses no character but spaces', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '\n', '日', '🙂', '-'), maxLength: 80 })
    fc.assert(
      fc.property(text, text, fc.integer({ min: 4, max: 120 }), (one, other, columns) => {
        const lines = sideBySide(one, other, { columns })
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns)
        const side = (index: number) =>
          lines
            .flatMap((line) => {
              if (line.includes('│') || columns >= 51) return line.split('│')[index] ?? ''
              return line.startsWith('<>'[index] as string) ? line.slice(1) : ''
            })
            .join('')
            .replace(/\s/g, '')
        expect([side(0), side(1)]).toEqual([one.replace(/\s/g, ''), other.replace(/\s/g, '')])
      }),
    )
  })
})
