import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ServerLog, withoutStamp } from './server-log.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('however the bytes are cut, the lines are the same', () => {
  const text = 'load_model: loading\n0.00.012.765 E größer: error 🙂\n\nlast\n'
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes(text).length }), { maxLength: 8 }), (cuts) => {
      const log = new ServerLog()
      const read = log.stream()
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes(text).length]
      for (let i = 1; i < edges.length; i++) read(bytes(text).slice(edges[i - 1], edges[i]))
      expect(log.lines).toEqual(['load_model: loading', '0.00.012.765 E größer: error 🙂', 'last'])
      expect(log.complaints).toEqual(['größer: error 🙂'])
    }),
  )
})

test('it stays small, whatever is written', () => {
  const heard: string[] = []
  const log = new ServerLog((line) => heard.push(line))
  const read = log.stream()
  for (let i = 0; i < 1_000; i++) read(bytes(`line ${i}: failed\n`))
  for (let i = 0; i < 300; i++) read(bytes('x'.repeat(10_000)))
  expect(log.lines).toHaveLength(200)
  expect(log.complaints).toHaveLength(40)
  expect(log.complaints[0]).toBe('line 0: failed')
  expect(Math.max(...log.lines.map((line) => line.length))).toBe(1_000)
  expect(heard).toHaveLength(1_300)
})

test('of an end, only what was said just before it is told', () => {
  const log = new ServerLog()
  const read = log.stream()
  read(bytes('0.00.000.001 E an old error\n'))
  expect(log.lastComplaint).toBe('an old error')
  for (let i = 0; i < 10; i++) read(bytes('all is well\n'))
  expect(log.lastComplaint).toBeUndefined()
  read(bytes('ggml.c:1: GGML_ASSERT(a) failed\nbye\n'))
  expect(log.lastComplaint).toBe('ggml.c:1: GGML_ASSERT(a) failed')
})

test('two streams do not mix within a line', () => {
  const log = new ServerLog()
  const [first, second] = [log.stream(), log.stream()]
  first(bytes('one '))
  second(bytes('two\n'))
  first(bytes('three\n'))
  expect(log.lines).toEqual(['two', 'one three'])
})

test.each([
  ['0.00.012.765 E gguf_init: no', 'gguf_init: no'],
  ['/build/source/ggml/src/ggml-rpc.cpp:547: Failed to connect', 'ggml-rpc.cpp:547: Failed to connect'],
  ['error: invalid argument: --nosuch', 'error: invalid argument: --nosuch'],
])('%s without its stamp', (line, expected) => expect(withoutStamp(line)).toBe(expected))
