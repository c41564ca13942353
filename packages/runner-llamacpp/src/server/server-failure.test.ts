import { describe, expect, test } from 'vitest'
import { endOf, mayPass, type ServerDeath, serverFailure } from './server-failure.js'
import { ServerLog } from './server-log.js'

const ended: ServerDeath = { exitCode: 1, signal: null }

function failure(said: string, death: ServerDeath = ended) {
  const log = new ServerLog()
  log.stream()(new TextEncoder().encode(`0.00.000.431 I srv  llama_server: initializing ...\n${said}\n`))
  return serverFailure('llama-server', death, log)
}

// What llama-server wrote on these failures.
test.each([
  [
    'ERR_FILE_NOT_FOUND',
    "0.00.012.765 E gguf_init_from_file: failed to open GGUF file '/a.gguf' (No such file or directory)\n0.00.012.953 E srv    load_model: failed to load model, '/a.gguf'",
    "gguf_init_from_file: failed to open GGUF file '/a.gguf' (No such file or directory)",
  ],
  [
    'ERR_MODEL_FORMAT',
    "0.00.020.654 E gguf_init_from_reader: invalid magic characters: 'not ', expected 'GGUF'\n0.00.020.873 E llama_model_load_from_file_impl: failed to load model",
    "gguf_init_from_reader: invalid magic characters: 'not ', expected 'GGUF'",
  ],
  [
    'ERR_MODEL_FORMAT',
    "0.00.006.284 E llama_model_load: error loading model: tensor 'output.weight' data is not within the file bounds, model is corrupted or incomplete",
    "llama_model_load: error loading model: tensor 'output.weight' data is not within the file bounds, model is corrupted or incomplete",
  ],
  [
    'ERR_MODEL_UNSUPPORTED',
    "0.00.008.651 E llama_model_load: error loading model: unknown model architecture: 'foo'",
    "llama_model_load: error loading model: unknown model architecture: 'foo'",
  ],
  [
    'ERR_VOCABULARY_MISMATCH',
    '0.01.0.1 W x\n0.00.364.319 E srv load_model: failed to init: draft model vocab type must match target model to use speculation',
    'srv load_model: failed to init: draft model vocab type must match target model to use speculation',
  ],
  [
    'ERR_BUDGET_EXCEEDED',
    '0.00.234.814 E ggml_aligned_malloc: insufficient memory (attempted to allocate 1953.25 MB)\n0.00.257.853 E llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache',
    'ggml_aligned_malloc: insufficient memory (attempted to allocate 1953.25 MB)',
  ],
  [
    'ERR_ENGINE_LOST',
    "0.00.005.714 E srv         start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 18765",
    "srv         start: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 18765",
  ],
  [
    'ERR_ENGINE_LOST',
    '/source/ggml/src/ggml-rpc/ggml-rpc.cpp:547: Failed to connect to 127.0.0.1:1',
    'ggml-rpc.cpp:547: Failed to connect to 127.0.0.1:1',
  ],
  ['ERR_OPTION_INVALID', 'error: invalid argument: --nosuch', 'error: invalid argument: --nosuch'],
  ['ERR_ENGINE_LOST', 'bye', 'bye'],
])('%s: %s', (code, said, words) => {
  const error = failure(said)
  expect(error.code).toBe(code)
  expect(error.message).toBe(`llama-server ended with exit code 1: ${words}`)
})

describe('without words', () => {
  test('a program that is not there is named with the cure', () => {
    const spawnError = Object.assign(new Error('spawn llama-server ENOENT'), { code: 'ENOENT' })
    const error = failure('', { exitCode: null, signal: null, spawnError })
    expect(error.code).toBe('ERR_FILE_NOT_FOUND')
    expect(error.message).toContain('PATH')
  })

  test.each([
    [{ exitCode: null, signal: 'SIGKILL' }, 'was killed (the system does that where memory is short)'],
    [{ exitCode: null, signal: 'SIGSEGV' }, 'was ended by SIGSEGV'],
    [{ exitCode: 3, signal: null }, 'ended with exit code 3'],
  ])('%j is told', (death, told) => expect(endOf(death)).toBe(told))
})

test('what may pass is tried again, what a file or an argument causes is not', () => {
  expect(mayPass(failure('Failed to connect to 10.0.0.2:50052'))).toBe(true)
  expect(mayPass(failure('0.00.1.1 E out of memory'))).toBe(true)
  expect(mayPass(failure('error: invalid argument: --nosuch'))).toBe(false)
})
