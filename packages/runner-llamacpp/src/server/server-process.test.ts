import { expect, test } from 'vitest'
import { addressIn } from './server-process.js'

test.each([
  ['0.01.054.919 I srv  llama_server: listening on http://127.0.0.1:43349', 'http://127.0.0.1:43349'],
  ['main: server is listening on http://127.0.0.1:8080 - starting the main loop', 'http://127.0.0.1:8080'],
  ['main: HTTP server is listening, hostname: 127.0.0.1, port: 8080, http threads: 7', 'http://127.0.0.1:8080'],
  ['main: HTTP server is listening, hostname: 127.0.0.1, port: 0, http threads: 7', undefined],
  ['srv load_model: loading model', undefined],
])('%s', (line, address) => expect(addressIn(line)).toBe(address))
