import { CONTRACT_VERSION, type Drafter } from '@foretoken/contract'
import { randomNumbers } from './random-numbers.js'

/** What a drafter that knows the text makes of it. */
export interface Knowledge {
  readonly name: string
  readonly text: Int32Array
  /** P(the token at that place of the text is drafted right). */
  readonly accuracy: (place: number) => number
  /** What it says of that, if anything. */
  readonly says?: (accuracy: number) => number
  /** Hears how many tokens were drafted. */
  readonly onDraft?: (tokens: number) => void
}

/** Drafts the text itself, with mistakes that depend on the place alone. */
export function knowingDrafter({ name, text, accuracy, says, onDraft }: Knowledge): Drafter {
  const seed = [...name].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 7)
  const isRight = (start: number, place: number) => randomNumbers(seed + 9_973 * start + place)() < accuracy(place)
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions: false,
    open(prompt) {
      let end = prompt.length
      return {
        draft({ maxTokens, minProbability = 0 }) {
          const tokens: number[] = []
          const probabilities: number[] = []
          let product = 1
          for (let place = end; tokens.length < maxTokens && place < text.length; place++) {
            product *= says?.(accuracy(place)) ?? 1
            if (product < minProbability) break
            tokens.push(isRight(end, place) ? (text[place] as number) : -1 - (text[place] as number) + 2 ** 20)
            probabilities.push(says?.(accuracy(place)) ?? 1)
          }
          onDraft?.(tokens.length)
          return {
            tokens: Int32Array.from(tokens),
            ...(says && { probabilities: Float32Array.from(probabilities) }),
            drafter: name,
          }
        },
        commit(tokens) {
          end += tokens.length
        },
        async [Symbol.asyncDispose]() {},
      }
    },
    [Symbol.dispose]() {},
  }
}
