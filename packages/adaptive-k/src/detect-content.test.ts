import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentSamples, languageSamples } from '../test/content-samples.js'
import { type Content, contentPriors, detectContent } from './index.js'

const labelled = Object.entries(contentSamples).flatMap(([content, texts]) =>
  texts.map((text) => ({ content: content as Content, text })),
)

/** The first report's own function, character by character. */
function firstReports(text: string): Content {
  const codeCharacters = new Set('{}();[]def class import return')
  const score = [...text].filter((character) => codeCharacters.has(character)).length / text.length
  if (score > 0.05 || text.includes('    ')) return 'code'
  return text.includes('"') && text.includes(':') ? 'json' : 'prose'
}

/** The same as its words describe it: keywords instead of their letters. */
function asDescribed(text: string): Content {
  const score = (text.match(/[{}();[\]]|def |class |import |return /g)?.length ?? 0) / text.length
  if (score > 0.05 || text.includes('    ')) return 'code'
  return text.includes('"') && text.includes(':') ? 'json' : 'prose'
}

/** The three kinds that the first report knew. */
function coarse(content: Content): Content {
  if (content === 'sql') return 'code'
  if (content === 'tool-call') return 'json'
  return content === 'mathematics' ? 'prose' : content
}

const coarseAccuracy = (detect: (text: string) => Content) =>
  labelled.filter(({ content, text }) => coarse(detect(text)) === coarse(content)).length / labelled.length
const detected = (text: string) => detectContent(text).content

test('of six kinds at least 95 % of the samples are told apart', () => {
  const wrong = labelled.filter(({ content, text }) => detected(text) !== content)
  expect(wrong.length / labelled.length).toBeLessThanOrEqual(0.05)
})

test('of three kinds more are told apart than by the first report’s heuristic, as written and as described', () => {
  expect(coarseAccuracy(detected)).toBeGreaterThan(
    Math.max(coarseAccuracy(firstReports), coarseAccuracy(asDescribed)) + 0.1,
  )
})

test.each(languageSamples)('prose in %s is known as such', (language, text) => {
  expect(detectContent(text)).toEqual({ content: 'prose', language })
})

test('any text is of some kind, and only prose has a language', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const { content, language } = detectContent(text)
      expect(Object.keys(contentPriors)).toContain(content)
      if (content !== 'prose') expect(language).toBe('')
    }),
  ))

test('a long text is judged by its end, in no time', () => {
  const text = `${'The sea was calm that day. '.repeat(40_000)}\n${'const a = f(1);\n'.repeat(400)}`
  expect(detected(text)).toBe('code')
})
