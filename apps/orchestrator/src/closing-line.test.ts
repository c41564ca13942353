import { stripVTControlCharacters } from 'node:util'
import { emptySummary } from '@foretoken/speculate'
import picocolors from 'picocolors'
import { expect, test } from 'vitest'
import { closingLine } from './closing-line.js'
import type { Generation } from './generation.js'

const plain = picocolors.createColors(false)
const coloured = picocolors.createColors(true)
const summary: Generation['summary'] = {
  ...emptySummary,
  tokens: 142,
  steps: 31,
  draftedTokens: 128,
  acceptedTokens: 111,
  acceptanceRate: 111 / 128,
  tokensPerStep: 142 / 31,
  finish: 'end-of-text',
  byDrafter: { lookup: { steps: 20, draftedTokens: 128, acceptedTokens: 111 } },
}
const generation: Generation = {
  text: '',
  summary,
  finish: 'end-of-text',
  promptMs: 10,
  generateMs: 670,
  tokensPerSecond: 212.4,
}

test('says tokens, tokens a step, acceptance, speed and ending', () => {
  expect(closingLine(generation, 'lookup', plain)).toBe(
    '142 tokens · 4.58 tokens/step · lookup 111 of 128 accepted (87 %) · 212 tokens/s · end of text',
  )
})

test('shows each drafter in the colour of its tokens, and nothing else coloured', () => {
  const line = closingLine(generation, 'lookup', coloured)
  expect(line).toContain(coloured.green('lookup'))
  expect(stripVTControlCharacters(line)).toBe(closingLine(generation, 'lookup', plain))
  expect(line.split('\u001b').length - 1).toBe(2)
})

test('never shows an acceptance rate without the tokens a step', () => {
  for (const name of ['lookup', 'none']) {
    const line = closingLine(generation, name, plain)
    if (line.includes('%')) expect(line).toContain('tokens/step')
  }
})

test('plain decoding and a text without drafts say so', () => {
  const alone = { ...generation, summary: { ...summary, draftedTokens: 0, acceptedTokens: 0, byDrafter: {} } }
  expect(closingLine(alone, 'none', plain)).toContain(' · plain decoding · ')
  expect(closingLine(alone, 'lookup', plain)).toContain(' · nothing drafted · ')
})

test.each([
  ['aborted', 'interrupted'],
  ['max-tokens', 'at --max-tokens'],
  ['context-full', 'context full'],
  ['stopped', 'at a --stop text'],
] as const)('finish %s reads "%s"', (finish, words) => {
  expect(closingLine({ ...generation, finish }, 'lookup', plain).endsWith(` · ${words}`)).toBe(true)
})

test('a text that never began has no figures', () => {
  expect(closingLine({ ...generation, summary: emptySummary, finish: 'aborted' }, 'lookup', plain)).toBe(
    '0 tokens · interrupted',
  )
})

test('a drafter that was dropped is told with its reason', () => {
  const dropped = { ...generation, summary: { ...summary, dropped: 'it took 80 ms' } }
  expect(closingLine(dropped, 'lookup', plain)).toContain('drafting was switched off: it took 80 ms')
})

test('one token is singular, and slow speeds keep a decimal', () => {
  const line = closingLine(
    { ...generation, summary: { ...summary, tokens: 1 }, tokensPerSecond: 3.14 },
    'lookup',
    plain,
  )
  expect(line.startsWith('1 token · ')).toBe(true)
  expect(line).toContain('3.1 tokens/s')
})
