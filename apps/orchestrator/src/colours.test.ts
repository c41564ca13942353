import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { coloursOf } from './colours.js'

const terminal = Object.assign(new PassThrough(), { isTTY: true })
const pipe = new PassThrough()

test.each([
  { name: 'a terminal', stream: terminal, env: {}, wanted: true, coloured: true },
  { name: 'a pipe', stream: pipe, env: {}, wanted: true, coloured: false },
  { name: 'a dumb terminal', stream: terminal, env: { TERM: 'dumb' }, wanted: true, coloured: false },
  { name: 'NO_COLOR', stream: terminal, env: { NO_COLOR: '1' }, wanted: true, coloured: false },
  { name: 'an empty NO_COLOR', stream: terminal, env: { NO_COLOR: '' }, wanted: true, coloured: true },
  { name: 'FORCE_COLOR', stream: pipe, env: { FORCE_COLOR: '1' }, wanted: true, coloured: true },
  { name: 'FORCE_COLOR=0', stream: terminal, env: { FORCE_COLOR: '0' }, wanted: true, coloured: false },
  {
    name: 'NO_COLOR and FORCE_COLOR',
    stream: pipe,
    env: { NO_COLOR: '1', FORCE_COLOR: '1' },
    wanted: true,
    coloured: false,
  },
  { name: '--no-color and FORCE_COLOR', stream: terminal, env: { FORCE_COLOR: '1' }, wanted: false, coloured: false },
])('$name: coloured $coloured', ({ stream, env, wanted, coloured }) => {
  expect(coloursOf(stream, env, wanted).isColorSupported).toBe(coloured)
})
