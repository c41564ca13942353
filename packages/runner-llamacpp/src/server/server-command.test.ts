import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { addressedCommand, programName, serverEnvironment } from './server-command.js'

test('the address of a plan is replaced, everything else stays', () => {
  const plan = [
    'numactl',
    '--interleave=all',
    '/opt/llama-server',
    '--port',
    '9001',
    '--host',
    '0.0.0.0',
    '--model',
    'a',
  ]
  expect(addressedCommand(plan, 0)).toEqual([
    ...['numactl', '--interleave=all', '/opt/llama-server', '--model', 'a'],
    ...['--host', '127.0.0.1', '--port', '0'],
  ])
  expect(programName(plan)).toBe('llama-server')
  expect(programName(['C:\\bin\\llama-server.exe'])).toBe('llama-server.exe')
  expect(programName(['/opt/other'])).toBe('other')
})

test.each([[[]], [['']], [['llama-server', '--api-key', 'k']], [['llama-server', '--ssl-key-file', 'k']]])(
  '%j is refused',
  (command) => {
    let error: unknown
    try {
      addressedCommand(command, 0)
    } catch (thrown) {
      error = thrown
    }
    expect(SpeculationError.is(error, 'ERR_OPTION_INVALID')).toBe(true)
  },
)

test('its own variables win, but for the key', () => {
  const environment = serverEnvironment('secret', { LLAMA_ARG_UI: 'true', LLAMA_API_KEY: 'other', A: 'b' })
  expect(environment).toMatchObject({ LLAMA_ARG_UI: 'true', LLAMA_API_KEY: 'secret', A: 'b', GGML_NO_BACKTRACE: '1' })
})
