import type { RandomSource } from '../random-source.js'

type Words = readonly [string, ...string[]]
const ships: Words = ['Alder', 'Beacon', 'Curlew', 'Dipper', 'Egret', 'Fulmar', 'Gannet', 'Heron', 'Islay', 'Juniper']
const goods: Words = ['flax', 'tar', 'salt', 'barley', 'rope', 'slate', 'wool', 'cork', 'glass', 'timber']
const people: Words = [
  'the clerk',
  'the pilot',
  'the cooper',
  'the harbour master',
  'a ropemaker',
  'two boys',
  'the smith',
]
const places: Words = [
  'the north pier',
  'the mole',
  'the dry dock',
  'the customs hall',
  'the chain gate',
  'the old slip',
]
const weather: Words = ['fog', 'a light breeze', 'drizzle', 'a clear sky', 'a heavy swell', 'sleet', 'a falling glass']
const hours: Words = ['At dawn', 'Before noon', 'At midday', 'In the afternoon', 'Towards evening', 'After dark']
const works: Words = ['mended a net', 'counted the barrels', 'caulked a skiff', 'swept the steps', 'trimmed the lamps']

/** A ship that the log of the harbour speaks of. */
export function shipName(random: RandomSource): string {
  return random.pick(ships)
}

/** A sentence of a harbour's log that no question asks about; its numbers have at most two digits. */
export function logLine(random: RandomSource): string {
  const hour = random.pick(hours)
  switch (random.integer(0, 5)) {
    case 0:
      return `${hour} ${random.pick(people)} ${random.pick(works)} at ${random.pick(places)}.`
    case 1:
      return `The ${random.pick(ships)} took in ${random.integer(3, 96)} sacks of ${random.pick(goods)} under ${random.pick(weather)}.`
    case 2:
      return `${hour} the ${random.pick(ships)} was moved from ${random.pick(places)} to ${random.pick(places)}, with ${random.pick(weather)} from the west.`
    case 3:
      return `A buyer asked ${random.pick(people)} for ${random.pick(goods)} and was sent to ${random.pick(places)}.`
    case 4:
      return `${hour} the gauge at ${random.pick(places)} stood at ${random.integer(2, 19)} feet, and ${random.pick(people)} ${random.pick(works)}.`
    default:
      return `Nothing came in past ${random.pick(places)} because of ${random.pick(weather)}; the crew of the ${random.pick(ships)} ${random.pick(works)}.`
  }
}

/** A made-up name of three syllables, so that nothing in a log line or a language is like it. */
export function inventedName(random: RandomSource): string {
  const syllable = () =>
    `${random.pick(['b', 'd', 'k', 'm', 'n', 'r', 't', 'v', 'z'])}${random.pick(['a', 'e', 'i', 'o', 'u'])}`
  const name = `${syllable()}${syllable()}${syllable()}${random.pick(['l', 'n', 'r', 's'])}`
  return `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`
}
