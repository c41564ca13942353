/** Most numbers of a list: Linux knows 8,192 processors. */
const mostNumbers = 65_536

/** Reads Linux's form of a list of numbers, e.g. `0-3,8`; what is no such list is empty. */
export function numberList(text: string | undefined): readonly number[] {
  const numbers: number[] = []
  for (const part of (text ?? '').trim().split(',')) {
    const [, first, last] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim()) ?? []
    if (first === undefined) continue
    const end = Math.min(Number(last ?? first), Number(first) + mostNumbers)
    for (let number = Number(first); number <= end && numbers.length < mostNumbers; number++) numbers.push(number)
  }
  return [...new Set(numbers)].sort((one, other) => one - other)
}
