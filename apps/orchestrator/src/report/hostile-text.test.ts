import { Buffer } from 'node:buffer'
import { type AnswerRow, type StoredRun, type Suite, summarizeRun } from '@foretoken/judge'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryRow, memoryRun, tieredSuite } from '../../test/memory-runs.js'
import { attribute, find, type PageElement, pageElements, textOf } from '../../test/parsed-page.js'
import { html, trustedMarkup } from './html.js'
import { modelText, unseenCharacters } from './model-text.js'
import type { ReportRun } from './report-data.js'
import { reportPage } from './report-page.js'
import { runFigures } from './run-figures.js'

const pieces = [
  ...['</pre>', '</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<!--', '-->', ']]>', '</style>'],
  ...['&lt;', '&#0;', '&', '"', "'", ' onclick="x"', '`', '\n', '\r', '\r\n', '\0', '\t', '\ufeff', '\u2028'],
  ...['\u202eesrever', '\u2066', '\u200b', '\ud800', '\udc00', '\uffff', '</textarea>', '<svg><style>', '</template>'],
]

const some = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 }))
// A parser treats a line feed at the start of its own accord.
const hostile = fc
  .tuple(fc.constantFrom('', '\n'), fc.array(some, { maxLength: 8 }))
  .map(([start, parts]) => start + parts.join(''))

/** The text as a page of UTF-8 can hold it: without halves of characters, and with a sign for NUL. */
const held = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '␀')

/** As a browser reads it from disk. */
const elementsOf = (page: string): readonly PageElement[] => pageElements(Buffer.from(page).toString())

/** Whether the text stands in the page to the letter, and nothing but the text. */
function keepsText(text: string, render: (text: string) => string): boolean {
  const elements = elementsOf(`<!doctype html><body>${render(text)}</body>`).filter(
    (element) => attribute(element, 'class') !== 'note',
  )
  const [pre] = elements.slice(-1)
  const tags = elements.map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)].join(' '))
  return tags.join() === 'html,head,body,pre dir' && pre !== undefined && textOf(pre) === held(text)
}

const rendered = (text: string): string => modelText(text, 'answers.jsonl').markup

describe('a text that a model wrote', () => {
  it('stands in the page to the letter', () => {
    fc.assert(fc.property(hostile, (text) => keepsText(text, rendered)))
  })

  it('finds the fault of a template that escapes nothing, and of one that loses the first line feed', () => {
    const unescaped = (text: string): string => `<pre dir="auto">\n${text}</pre>`
    const lossy = (text: string): string => html`<pre dir="auto">${text}</pre>`.markup
    for (const offender of [unescaped, lossy]) {
      expect(fc.check(fc.property(hostile, (text) => keepsText(text, offender))).failed).toBe(true)
    }
  })

  it('stays in an attribute', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const elements = elementsOf(html`<!doctype html><body><p title="${text}">${text}</p></body>`.markup)
        const [paragraph] = elements.slice(-1) as [PageElement]
        expect(elements).toHaveLength(4)
        expect(paragraph.attrs).toEqual([{ name: 'title', value: held(text) }])
      }),
    )
  })

  it('is told where it has what cannot be seen', () => {
    expect(unseenCharacters('a\u202eb\u202e\u200b\n\tc')).toBe('U+202E (2 times), U+200B')
    expect(rendered('a\u202e')).toContain('Characters that cannot be seen: U+202E')
    expect(rendered('plain\ttext\n')).not.toContain('class="note"')
  })

  it('is cut between characters, and says where the rest is', () => {
    const text = `${'a'.repeat(19_999)}😀b`
    const [pre] = elementsOf(rendered(text)).slice(3) as [PageElement]
    expect(textOf(pre)).toBe('a'.repeat(19_999))
    expect(rendered(text)).toContain('3 more characters are in <bdi>answers.jsonl</bdi>')
  })

  it('is all that is escaped', () => {
    expect(html`<b>${trustedMarkup('<i></i>')}${['<', 1, undefined]}</b>`.markup).toBe('<b><i></i>&lt;1</b>')
  })
})

describe('a report', () => {
  /** A page with the text wherever something foreign may stand. */
  const pageWith = (text: string): string => {
    const suite: Suite = {
      ...tieredSuite,
      description: text,
      prompts: tieredSuite.prompts.map((prompt) => ({
        ...prompt,
        messages: [{ role: 'user', content: text }],
        reference: text,
        images: [{ file: text, wrong: text, alt: text }],
        tools: [{ name: text, description: text, parameters: {} }],
      })),
    }
    const row = (changes: Partial<AnswerRow>): AnswerRow =>
      memoryRow('sum-1', {
        answer: { text, finish: 'stop', toolCalls: [{ name: text, arguments: text }] },
        ...{ reason: text, judges: [text], inheritedFrom: text },
        ...changes,
      })
    const facts = { [`fact${text}`]: text }
    const record = (runId: string) =>
      memoryRun(runId, {
        ...{ model: { path: text, bytes: 1, hash: text }, configuration: { name: text, settings: facts } },
        ...{ engine: { name: text, version: text, settings: facts }, machine: facts, packages: facts, baseline: text },
      })
    const shown = (stored: StoredRun, letter: string): ReportRun => ({
      ...stored,
      letter,
      finished: true,
      figures: runFigures(stored.rows),
      summary: summarizeRun(stored.record, stored.rows, ''),
      reviews: [{ promptId: 'sum-1', repetition: 0, reviewer: text, score: 2, remark: text, reviewedAt: text }],
    })
    const one = shown({ record: record('one'), rows: [row({})] }, 'A')
    const other = shown({ record: record('two'), rows: [row({ score: 1, passed: false })] }, 'B')
    const change = { promptId: text, tier: 'T1', scores: [3, 1], answers: [text, text], reasons: [text, text] } as const
    const differences = [{ what: text, one: text, other: text }]
    const comparison = { differences, better: [], worse: [change], same: [], unscored: [text] }
    return reportPage({
      out: text,
      suites: [{ name: text, suite, runs: [one, other], comparisons: [{ one, other, comparison }] }],
    })
  }

  /** Elements with their attributes, without what stands in them. */
  const skeleton = (page: string): string =>
    elementsOf(page)
      .filter((element) => attribute(element, 'class') !== 'note')
      .map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)].join(' '))
      .join('\n')

  it('has the same elements whatever the texts are', () => {
    const plain = skeleton(pageWith('plain'))
    fc.assert(
      fc.property(hostile, (text) => {
        const page = pageWith(text || 'x')
        // A file name ends what stands before its last slash, and may be nothing.
        expect(skeleton(page)).toBe(plain)
        expect(page).not.toMatch(/<script|<img|<iframe|<link/i)
      }),
      { numRuns: 20 },
    )
  })

  it('loads nothing', () => {
    const elements = elementsOf(pageWith('https://example.com/x.png'))
    const [policy] = elements.filter((element) => attribute(element, 'http-equiv') === 'Content-Security-Policy')
    expect(policy && attribute(policy, 'content')).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
    )
    const links = elements.flatMap((element) => [attribute(element, 'href'), attribute(element, 'src')])
    expect(links.filter((link) => link !== undefined && !link.startsWith('#'))).toEqual([])
    const styles = elements.filter(({ tagName }) => tagName === 'style').map(textOf)
    expect(styles.length).toBeGreaterThan(1)
    for (const style of styles) expect(style).not.toMatch(/url\(|@import/)
    const [body] = elements.filter(({ tagName }) => tagName === 'body') as [PageElement]
    expect(find(body, 'script')).toEqual([])
  })
})
