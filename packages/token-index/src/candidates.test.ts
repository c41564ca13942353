import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Alignments } from './alignments.js'
import { CANDIDATE_BITS, Candidates, TOKEN } from './candidates.js'
import { Copies } from './copies.js'
import { TokenIndex } from './token-index.js'

describe('candidates', () => {
  test('one position on are those that collecting them anew finds', async () => {
    await law((candidates, ...where) => candidates.advance(...where))
  })

  test('an offender that looks at the first position only is caught', async () => {
    await expect(law(() => {})).rejects.toThrow('Property failed')
  })
})

type Advance = (candidates: Candidates, ...where: Parameters<Candidates['advance']>) => void

// Texts that repeat parts of each other: copies agree for long, end, and read on in the path.
const texts = fc.array(
  fc.array(fc.record({ from: fc.nat({ max: 30 }), length: fc.integer({ min: 1, max: 20 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  { minLength: 2, maxLength: 5 },
)

function law(advance: Advance): Promise<void> {
  return fc.assert(
    fc.asyncProperty(texts, async (all) => {
      const index = new TokenIndex(0)
      const written = all.map((parts, origin) => {
        const text = parts.flatMap(({ from, length }) => Array.from({ length }, (_, place) => from + place))
        return index.open(Int32Array.from(text), origin % 2 === 0 ? 0 : 1)
      })
      const sequence = written.at(-1) ?? index.open(new Int32Array(0))
      const { arena } = sequence
      const copies = new Copies({})
      copies.gather(sequence, new Alignments())
      const path = new Int32Array(64)
      const [stepped, anew] = [new Candidates(), new Candidates()]
      stepped.collect(copies, arena, path)
      for (let place = 0; place < path.length; place++) {
        if (place > 0) advance(stepped, copies, arena, path)
        const found = known(stepped)
        anew.collect(copies, arena, path)
        expect(found).toEqual(known(anew))
        if (anew.count === 0) return
        const token = anew.records[((place % anew.count) << CANDIDATE_BITS) + TOKEN] as number
        path[place] = token
        copies.follow(token, sequence)
      }
    }),
  )
}

function known({ count, voters, records }: Candidates): unknown {
  return { count, voters, records: [...records.subarray(0, count << CANDIDATE_BITS)] }
}
