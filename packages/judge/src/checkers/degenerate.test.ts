import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { degenerationOf, isEcho, isEmpty, isLoop } from './degenerate.js'

const word = fc.integer({ min: 0, max: 2_000 }).map((index) => `word${index.toString(36)}`)
const prose = fc.array(word, { minLength: 20, maxLength: 200 }).map((words) => words.join(' '))
const block = fc.string({ minLength: 1, maxLength: 80 }).filter((text) => text.trim() !== '')

/** Text, then a block again and again, the last time in part. */
const looping = fc
  .tuple(prose, block, fc.integer({ min: 6, max: 40 }), fc.nat(79))
  .map(([start, again, times, rest]) => {
    const enough = Math.max(times, Math.ceil(170 / again.length) + 1)
    return `${start} ${again.repeat(enough)}${again.slice(0, rest)}x`.slice(0, -1)
  })

/** The offender: only looks for lines that are the same. */
function sameLines(text: string): boolean {
  return text.split('\n').some((line, index, all) => line !== '' && line === all[index + 1])
}

describe('isLoop', () => {
  it('finds every block that is repeated to the end', () => {
    fc.assert(fc.property(looping, (text) => isLoop(text)))
  })

  it('would find a detector that does not', () => {
    expect(fc.check(fc.property(looping, sameLines)).failed).toBe(true)
  })

  it('lets prose pass', () => {
    fc.assert(fc.property(prose, (text) => !isLoop(text)))
  })

  it.each(['| a | b |\n| --- | --- |\n| 1 | 2 |', '='.repeat(80), '0, '.repeat(20), 'ha'.repeat(30)])(
    'lets %j pass',
    (text) => {
      expect(isLoop(text)).toBe(false)
    },
  )

  it('finds a line that comes back again and again among others', () => {
    const text = Array.from({ length: 9 }, (_, n) => `Wait, let me check that again.\nStep ${n * 7}`).join('\n')
    expect(isLoop(text)).toBe(true)
  })
})

describe('isEmpty', () => {
  it.each(['', ' \n\u200b', '...', '<think>long thoughts', '<|im_end|>', '</s>'])('finds %j', (text) => {
    expect(isEmpty({ text })).toBe(true)
  })

  it('lets an answer and a call pass', () => {
    fc.assert(fc.property(prose, (text) => !isEmpty({ text })))
    expect(isEmpty({ text: '', toolCalls: [{ name: 'f', arguments: '{}' }] })).toBe(false)
    expect(isEmpty({ text: '7' })).toBe(false)
  })
})

describe('isEcho', () => {
  it('finds the prompt, whole or most of it, however it is set', () => {
    fc.assert(
      fc.property(prose, prose, (prompt, other) => {
        expect(isEcho(prompt.toUpperCase().replaceAll(' ', ',\n'), prompt)).toBe(true)
        expect(isEcho(prompt.slice(prompt.length / 5), prompt)).toBe(true)
        expect(isEcho(other, prompt)).toBe(false)
      }),
    )
  })

  it('lets an answer pass that says the question first', () => {
    const prompt = 'What is the capital of France, and since when has it been that, and what was it before?'
    expect(
      isEcho(
        `${prompt} It is Paris, since the year 987, with breaks; before that there was none in our sense, and kings moved about the country.`,
        prompt,
      ),
    ).toBe(false)
    expect(isEcho('What is the capital of France', 'Answer.\nWhat is the capital of France?')).toBe(true)
    expect(isEcho('Paris', 'Is it Paris or Rome? Paris')).toBe(false)
  })
})

describe('degenerationOf', () => {
  it('says which it is', () => {
    expect(degenerationOf({ text: '' }, 'a')).toBe('empty')
    expect(degenerationOf({ text: 'no no no no '.repeat(40) }, 'a')).toBe('loop')
    expect(degenerationOf({ text: 'Say what you think now.' }, 'Say what you think now!')).toBe('echo')
    expect(degenerationOf({ text: 'Paris' }, 'Which city?')).toBeUndefined()
  })
})
