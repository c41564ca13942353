import { expect, test } from 'vitest'
import { deathIn, reasonIn } from './engine-process.js'

test.each([
  ['', ''],
  ['\n \n', ''],
  ['one\ntwo\n', 'two'],
  ['warming up\nllama_decode: error: no slot\nbye', 'llama_decode: error: no slot'],
  [
    'error\n/build/llama.cpp/src/ggml.c:3749: GGML_ASSERT(a == b) failed\n[New LWP 1]',
    'ggml.c:3749: GGML_ASSERT(a == b) failed',
  ],
  [`x\n${'y'.repeat(9_999)}`, 'y'.repeat(500)],
])('the reason in %j', (said, reason) => expect(reasonIn(said)).toBe(reason))

test.each([
  [{ exitCode: 1, signal: null, words: '' }, 'ended with exit code 1'],
  [{ exitCode: null, signal: 'SIGSEGV', words: '' }, 'was ended by SIGSEGV'],
  [{ exitCode: null, signal: null, words: 'no such file' }, 'ended with exit code unknown (no such file)'],
])('a death %o is told', (death, told) => expect(deathIn(death)).toBe(told))
