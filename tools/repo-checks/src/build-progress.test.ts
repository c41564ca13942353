import { describe, expect, it } from 'vitest'
import { buildProgress } from '../../lib/build-progress.mjs'

const output = [
  '[  0%] Building C object ggml/src/ggml.c.o\n',
  '[  4%] Building CXX object a.o\n[ 11%] Building CXX object b.o\n',
  '[ 11%] Built target ggml\n[ 19%] Building CXX object c.o\n',
  'note: [ 95%] is said here\n[ 22%] Building CXX object d.o\n[100%] Built target llama-server\n',
]

function shown(isTTY: boolean): string[] {
  const lines: string[] = []
  const hear = buildProgress({ isTTY, write: (text) => lines.push(text) })
  for (const text of output) hear(text)
  return lines
}

describe('buildProgress', () => {
  it('writes a line for every tenth where it is no terminal', () => {
    expect(shown(false)).toEqual([0, 11, 22, 100].map((percent) => `  llama.cpp ${percent} %\n`))
  })

  it('redraws one line on a terminal', () => {
    const lines = shown(true)
    expect(lines.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual([0, 4, 11, 19, 22, 100])
    expect(lines.filter((line) => line.endsWith('\n'))).toHaveLength(1)
    expect(lines.every((line) => line.startsWith('\r'))).toBe(true)
  })
})
