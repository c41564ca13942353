import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { checkIfeval, ifevalFault } from './check-ifeval.js'
import { ifevalKinds } from './kinds.js'

async function follows(id: string, args: Record<string, unknown>, text: string): Promise<boolean> {
  return (await checkIfeval({ kind: 'ifeval', instructions: [{ id, arguments: args }] }, text)).passed
}

type Case = readonly [id: string, args: Record<string, unknown>, good: readonly string[], bad: readonly string[]]

const cases: readonly Case[] = [
  ['keywords:existence', { keywords: ['Ab', 'c.d'] }, ['xABx cxd'], ['ab', 'ab c\nd']],
  ['keywords:frequency', { keyword: ' la ', frequency: 2, relation: 'at least' }, ['Lalala'], ['la']],
  ['keywords:frequency', { keyword: 'la', frequency: 2, relation: 'less than' }, ['la'], ['la la']],
  ['keywords:forbidden_words', { forbidden_words: ['für', 'no'] }, ['füra nono', 'not'], ['Für', 'a No.']],
  ['keywords:letter_frequency', { letter: 'A', let_frequency: 2, let_relation: 'at least' }, ['aA'], ['a b']],
  ['keywords:letter_frequency', { letter: '!', let_frequency: 1, let_relation: 'less than' }, ['a'], ['a!']],
  ['length_constraints:number_words', { num_words: 3, relation: 'at least' }, ["it's one"], ['one two']],
  ['length_constraints:number_words', { num_words: 2, relation: 'less than' }, ['well_known'], ['well-known']],
  ['length_constraints:number_paragraphs', { num_paragraphs: 2 }, ['a\n***\nb', '***a *** b***'], ['a', 'a***\n***b']],
  [
    'length_constraints:nth_paragraph_first_word',
    { num_paragraphs: 2, nth_paragraph: 2, first_word: 'weeks' },
    ['One.\n\n"Weeks, that is"', 'One.\n\nweeks\n\n'],
    ['One.\n\nTwo', 'weeks', 'weeks\n\n\n\nOne', 'One\n\nweekly'],
  ],
  ['detectable_content:number_placeholders', { num_placeholders: 2 }, ['[a][b]', '[] [c]'], ['[a]', '[a\n][b\n]']],
  ['detectable_content:postscript', { postscript_marker: 'P.S.' }, ['a\np. s. b'], ['ps b', 'P.S b']],
  ['detectable_content:postscript', { postscript_marker: 'P.P.S' }, ['a P.P. S'], ['P.S.']],
  ['detectable_content:postscript', { postscript_marker: 'NB:' }, ['so nb: b'], ['NB']],
  [
    'detectable_format:number_bullet_lists',
    { num_bullets: 2 },
    ['* a\n  - b', 'x\n*a\n* b'],
    ['* a\n** b', '- a\n- b\n- c'],
  ],
  ['detectable_format:constrained_response', {}, [' My answer is no. Really.'], ['my answer is no.']],
  [
    'detectable_format:number_highlighted_sections',
    { num_highlights: 2 },
    ['*a* and *b*', '**a** *b*'],
    ['*a*', '** **'],
  ],
  [
    'detectable_format:multiple_sections',
    { section_spliter: 'Section', num_sections: 2 },
    ['Section 1 a\nSection2'],
    ['Section 1'],
  ],
  ['detectable_format:json_format', {}, ['{"a": 1}', '```json\n[1]\n```', '[NaN, "NaN"]', '7'], ['{a: 1}', 'Here: {}']],
  ['detectable_format:title', {}, ['<<a>>\nb', 'x <<<a>>>'], ['<< >>', '<<a\n>>', '<a>']],
  [
    'combination:two_responses',
    {},
    ['a\n******\nb', 'a******b******'],
    ['a******a', 'a***b', 'a******b******c', 'a************b'],
  ],
  ['combination:repeat_prompt', { prompt_to_repeat: 'Say it. ' }, [' say IT. It.'], ['it. Say it.']],
  ['startend:end_checker', { end_phrase: 'The end.' }, ['So: the END.', '"... the end."  '], ['the end. Yes']],
  ['startend:quotation', {}, [' "a" '], ['"', '"a', "'a'"]],
  ['punctuation:no_comma', {}, ['a; b，c'], ['a, b']],
  [
    'change_case:capital_word_frequency',
    { capital_frequency: 3, capital_relation: 'at least' },
    ['A, BC TO-DO', "I CAN'T"],
    ['AB Cd', 'A/B'],
  ],
  ['change_case:capital_word_frequency', { capital_frequency: 1, capital_relation: 'less than' }, ['ab 12'], ['I am']],
  [
    'length_constraints:number_sentences',
    { num_sentences: 2, relation: 'at least' },
    ['One. Two?'],
    ['Just one, e.g. this.'],
  ],
  [
    'change_case:english_capital',
    {},
    ['THIS IS A SENTENCE THAT IS WRITTEN IN CAPITAL LETTERS. IT HAS 2 PARTS.'],
    ['This is a sentence.', 'DIES IST EIN SATZ, DER IN GROSSBUCHSTABEN GESCHRIEBEN IST UND DEUTSCH IST.'],
  ],
  [
    'change_case:english_lowercase',
    {},
    ['this is a sentence that is written in small letters.'],
    ['This is a sentence.', 'dies ist ein satz, der nur in kleinbuchstaben geschrieben ist.'],
  ],
  [
    'language:response_language',
    { language: 'hi' },
    ['यह एक वाक्य है जो हिन्दी में लिखा गया है।'],
    ['This sentence is written in English, as you can see.'],
  ],
]

describe.each(cases)('%s with %j', (id, args, good, bad) => {
  test.each(good.map((text) => [text]))('is followed by %j', async (text) =>
    expect(await follows(id, args, text)).toBe(true),
  )
  test.each([...bad, ' \n'].map((text) => [text]))('is not followed by %j', async (text) =>
    expect(await follows(id, args, text)).toBe(false),
  )
})

test('every kind has a case', () => {
  expect(new Set(cases.map(([id]) => id))).toEqual(new Set(Object.keys(ifevalKinds)))
  expect(Object.keys(ifevalKinds)).toHaveLength(25)
})

const word = fc.stringMatching(/^[a-z]{1,8}$/)

describe('checkIfeval', () => {
  it('counts what a text was made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 60 }), async (words) => {
        const count = words.length
        const text = words.join(' ')
        expect(await follows('length_constraints:number_words', { num_words: count, relation: 'at least' }, text)).toBe(
          true,
        )
        expect(
          await follows('length_constraints:number_words', { num_words: count, relation: 'less than' }, text),
        ).toBe(false)
        const list = words.map((each, index) => (index % 2 ? `* ${each}` : `  - ${each}`)).join('\n')
        expect(await follows('detectable_format:number_bullet_lists', { num_bullets: count }, list)).toBe(true)
        expect(
          await follows('length_constraints:number_paragraphs', { num_paragraphs: count }, words.join('\n***\n')),
        ).toBe(true)
        expect(
          await follows('detectable_content:number_placeholders', { num_placeholders: count }, `[${words.join('][')}]`),
        ).toBe(true)
        const capitals = words.map((each) => each.toUpperCase()).join(' ')
        expect(
          await follows(
            'change_case:capital_word_frequency',
            { capital_frequency: count + 1, capital_relation: 'less than' },
            capitals,
          ),
        ).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('is looser when it is told so', async () => {
    const instructions = [{ id: 'startend:quotation', arguments: {} }]
    const text = 'Sure, here it is:\n"a"'
    expect((await checkIfeval({ kind: 'ifeval', instructions }, text)).passed).toBe(false)
    expect((await checkIfeval({ kind: 'ifeval', instructions, mode: 'loose' }, text)).passed).toBe(true)
    expect((await checkIfeval({ kind: 'ifeval', instructions, mode: 'loose' }, '**"a"**')).passed).toBe(true)
  })

  it('tells which instructions are not followed', async () => {
    const instructions = [
      { id: 'punctuation:no_comma', arguments: {} },
      { id: 'startend:quotation', arguments: {} },
    ]
    const result = await checkIfeval({ kind: 'ifeval', instructions }, 'a b')
    expect(result).toMatchObject({ passed: false, passedRate: 0.5, reason: 'not followed: startend:quotation' })
  })

  it('knows bad arguments and unknown instructions', async () => {
    expect(ifevalFault({ id: 'punctuation:no_comma', arguments: {} })).toBeUndefined()
    expect(ifevalFault({ id: 'punctuation:no_comma', arguments: { a: 1 } })).toContain('Unrecognized key')
    expect(ifevalFault({ id: 'constructor', arguments: {} })).toBe('IFEval has no instruction constructor')
    await expect(follows('a:b', {}, 'text')).rejects.toThrow('IFEval has no instruction a:b')
  })

  it('ends a keyword that backtracks for ever', async () => {
    await expect(follows('keywords:existence', { keywords: ['^(a+)+$'] }, `${'a'.repeat(60)}b`)).rejects.toThrow(
      'more than 5000 ms',
    )
  })
})
