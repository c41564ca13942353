import type { Checker } from '../../checker.js'
import type { RandomSource } from '../random-source.js'
import { inventedName, shipName } from './log-lines.js'

/** A question about a long text, and the sentences that are put into the text. */
export interface LongContextTask {
  /** Sentences that the answer follows from, with the place of each as a share of the text (0 to 1). */
  readonly facts: readonly PlacedSentence[]
  /** Sentences of the same form that lead to other answers. */
  readonly distractors: readonly PlacedSentence[]
  readonly question: string
  readonly answer: string
  /** An answer that a distractor leads to. */
  readonly wrongAnswer: string
  readonly steps: readonly string[]
  readonly checker: Checker
}

/** A sentence and its place. */
export interface PlacedSentence {
  readonly text: string
  readonly depthRate: number
}

/** What is asked: one fact, a sum over many, or a chain of three. */
export type LongContextTaskKind = 'needle' | 'aggregation' | 'multi-hop'

/** Makes a task of a kind; `depthRate` is where the decisive sentence stands. */
export function longContextTask(kind: LongContextTaskKind, random: RandomSource, depthRate: number): LongContextTask {
  if (kind === 'needle') return needle(random, depthRate)
  return kind === 'aggregation' ? aggregation(random) : multiHop(random, depthRate)
}

const after = { after: 'Answer:' } as const

function needle(random: RandomSource, depthRate: number): LongContextTask {
  const [shed = '', ...others] = distinct(8, () => inventedName(random))
  const [code = '', ...otherCodes] = distinct(8, () => `${inventedName(random)}-${random.integer(1000, 9999)}`)
  const sentence = (name: string, own: string) => `The password of the ${name} shed is ${own}.`
  return {
    facts: [{ text: sentence(shed, code), depthRate }],
    distractors: others.map((name, index) => ({
      text: sentence(name, otherCodes[index] ?? ''),
      depthRate: random.next(),
    })),
    question: `What is the password of the ${shed} shed? End with one line: Answer: <password>`,
    answer: code,
    wrongAnswer: otherCodes[0] ?? '',
    steps: [`Find the sentence about the ${shed} shed among those about other sheds.`],
    checker: { kind: 'exact', part: after, values: [code], ignoreCase: true, ignorePunctuation: true },
  }
}

function aggregation(random: RandomSource): LongContextTask {
  const [good = '', ...otherGoods] = distinct(3, () => inventedName(random).toLowerCase())
  const [ship = '', ...otherShips] = distinct(3, () => shipName(random))
  const sentence = (name: string, amount: number, what: string) =>
    `The ${name} landed ${amount} casks of ${what} at the long quay.`
  const amounts = Array.from({ length: 6 }, () => random.integer(21, 89))
  const sum = amounts.reduce((total, amount) => total + amount, 0)
  const pairs = [...otherGoods.map((what) => [ship, what]), ...otherShips.map((name) => [name, good])]
  const others = pairs.flatMap(([name = '', what = '']) =>
    Array.from({ length: 2 }, () => ({ text: sentence(name, random.integer(21, 89), what), depthRate: random.next() })),
  )
  return {
    facts: amounts.map((amount, index) => ({
      text: sentence(ship, amount, good),
      depthRate: (index + random.next()) / 6,
    })),
    distractors: others,
    question: `How many casks of ${good} did the ${ship} land at the long quay in all? End with one line: Answer: <number>`,
    answer: String(sum),
    wrongAnswer: String(sum - (amounts[0] ?? 0)),
    steps: [`Find the ${amounts.length} sentences about ${good} from the ${ship}.`, `Add ${amounts.join(' + ')}.`],
    checker: { kind: 'numeric', part: after, value: sum },
  }
}

function multiHop(random: RandomSource, depthRate: number): LongContextTask {
  const [keeper = '', former = '', third = '', inn = '', formerInn = '', thirdInn = '', ...rest] = distinct(12, () =>
    inventedName(random),
  )
  const [owner = '', formerOwner = '', thirdOwner = '', ...things] = rest
  const [thing = '', otherThing = ''] = things.map((name) => `${name} chart`)
  const keeps = (name: string, what: string) => `Since spring ${name} keeps the ${what}.`
  const lodges = (name: string, house: string) => `${name} lodges at the ${house} inn.`
  const owns = (house: string, name: string) => `The ${house} inn belongs to ${name}.`
  const anywhere = (text: string) => ({ text, depthRate: random.next() })
  return {
    facts: [{ text: keeps(keeper, thing), depthRate }, anywhere(lodges(keeper, inn)), anywhere(owns(inn, owner))],
    distractors: [
      `Until winter ${former} kept the ${thing}.`,
      lodges(former, formerInn),
      owns(formerInn, formerOwner),
      keeps(third, otherThing),
      lodges(third, thirdInn),
      owns(thirdInn, thirdOwner),
    ].map(anywhere),
    question: `To whom belongs the inn at which the present keeper of the ${thing} lodges? End with one line: Answer: <name>`,
    answer: owner,
    wrongAnswer: formerOwner,
    steps: [
      `${keeper} keeps the ${thing} now.`,
      `${keeper} lodges at the ${inn} inn.`,
      `The ${inn} inn belongs to ${owner}.`,
    ],
    checker: { kind: 'exact', part: after, values: [owner], ignoreCase: true, ignorePunctuation: true },
  }
}

/** So many different values. */
function distinct(count: number, make: () => string): string[] {
  const values = new Set<string>()
  while (values.size < count) values.add(make())
  return [...values]
}
