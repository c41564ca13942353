import { expect, test } from 'vitest'
import { logProbabilitiesOf } from './log-probabilities.js'

const euro = Buffer.from('€')
const vocabulary = [Buffer.from('a'), euro.subarray(0, 2), euro.subarray(2), euro, Buffer.alloc(0)]
const model = { tokenBytes: (token: number): Uint8Array => vocabulary[token] ?? Buffer.alloc(0) }

test('tokens that are parts of a character have bytes besides', () => {
  const top = [0, 3, 4].map((token) => ({ token, logProbability: -token }))
  expect(logProbabilitiesOf([{ token: 1, logProbability: -0.5, top }], model)).toEqual([
    {
      text: '\uFFFD',
      bytes: [0xe2, 0x82],
      logProbability: -0.5,
      top: [
        { text: 'a', logProbability: -0 },
        { text: '€', logProbability: -3 },
        { text: '', logProbability: -4 },
      ],
    },
  ])
})
