/** One of the values. */
export function pick<Value>(random: () => number, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new RangeError('there is nothing to pick from')
  return value
}

/** A made-up word of two or three syllables, as the models' training text has them. */
export function word(random: () => number): string {
  const syllable = (): string => pick(random, [...'bdfghjklmnprstvz']) + pick(random, [...'aeiou'])
  return Array.from({ length: 2 + Math.floor(random() * 2) }, syllable).join('')
}
