import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ServedPiece, TextEvent } from '../text-event.js'
import { type ResumeOptions, resumedEvents } from './resumed-events.js'

const death = new Error('gone')

/** An answer in these pieces, by an engine that dies behind as many of them as `deaths[i]` says at run i. */
function dyingEngine(runs: readonly (readonly string[])[], deaths: readonly number[]): ResumeOptions {
  let run = 0
  return {
    isDeath: async (error) => error === death,
    async *write() {
      const pieces = runs[Math.min(run, runs.length - 1)] ?? []
      const dies = deaths[run++] ?? Number.POSITIVE_INFINITY
      yield { kind: 'start', promptTokens: 3, reusedTokens: run === 1 ? 1 : 0 }
      for (const [index, text] of pieces.entries()) {
        if (index === dies) throw death
        yield { kind: 'piece', pieces: [{ text, drafter: '' }] }
      }
      if (dies <= pieces.length) throw death
      yield { kind: 'end', finish: 'stop', completionTokens: pieces.length }
    },
  }
}

async function read(options: ResumeOptions): Promise<TextEvent[]> {
  const events: TextEvent[] = []
  for await (const event of resumedEvents(options)) events.push(event)
  return events
}

const piecesOf = (events: readonly TextEvent[]): ServedPiece[] =>
  events.flatMap((event) => (event.kind === 'piece' ? event.pieces : []))

/** A text, cut in another way by each run. */
const cutTexts = fc
  .tuple(
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([text, cuts]) => ({
    text,
    runs: cuts.map((ends) => {
      const edges = [0, ...ends.map((end) => end % text.length).sort((a, b) => a - b), text.length]
      return edges.slice(1).map((end, index) => text.slice(edges[index], end))
    }),
  }))

test('the text is whole and told once, wherever engines die and however they cut it', async () => {
  await fc.assert(
    fc.asyncProperty(cutTexts, fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), async ({ text, runs }, deaths) => {
      const events = await read(dyingEngine(runs, deaths))
      expect(
        piecesOf(events)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text)
      expect(events.filter(({ kind }) => kind === 'start')).toHaveLength(1)
      expect(events.filter(({ kind }) => kind === 'end')).toHaveLength(1)
    }),
  )
})

describe('the loss is told', () => {
  test.each<[string, readonly (readonly string[])[], readonly number[]]>([
    [
      'where the new text is another one',
      [
        ['one', 'two'],
        ['one', 'six', 'two'],
      ],
      [2],
    ],
    ['where the new text is shorter', [['one', 'two'], ['one']], [2]],
    ['after too many deaths', [['one', 'two']], [1, 1, 1, 1]],
  ])('%s', async (_, runs, deaths) => {
    await expect(read(dyingEngine(runs, deaths))).rejects.toThrow(/another text|gone/)
  })

  test('where a tool was called already', async () => {
    let runs = 0
    const options: ResumeOptions = {
      isDeath: async () => true,
      async *write() {
        runs++
        yield { kind: 'tool-call', call: { id: 'c', name: 'a', arguments: '{}' } }
        throw death
      },
    }
    await expect(read(options)).rejects.toBe(death)
    expect(runs).toBe(1)
  })

  test('where it was no death', async () => {
    const options = { ...dyingEngine([['one']], [1]), isDeath: async () => false }
    await expect(read(options)).rejects.toBe(death)
  })
})
