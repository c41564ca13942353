/** Options of llama.cpp's programs, as their help tells them. */
export interface ProgramHelp {
  /** What is wrong with some arguments, in words; empty where the program would take them. */
  faultsOf(args: readonly string[]): readonly string[]
  readonly options: ReadonlySet<string>
}

interface Option {
  /** Word for the value, e.g. `N` or `[on|off|auto]`; empty for a switch. */
  readonly value: string
  /** The program knows the option only to refuse it. */
  readonly isRemoved: boolean
}

/** Reads the text of `--help`: an entry begins with its names, which end at the margin or at two spaces. */
export function readHelp(text: string): ProgramHelp {
  const options = new Map<string, Option>()
  for (const entry of text.split(/\n\s{0,2}(?=-)/)) {
    const line = (entry.split('\n')[0] ?? '').replace(/,\s+/g, ', ')
    const head = line.trimStart().split(/\s{2,}/)[0] ?? ''
    const names = head.match(/(?<=^|, )--?[A-Za-z][\w-]*/g) ?? []
    const value = head.slice(head.lastIndexOf(names.at(-1) ?? '') + (names.at(-1) ?? '').length).trim()
    for (const name of names) options.set(name, { value, isRemoved: /argument has been removed/.test(entry) })
  }
  return { options: new Set(options.keys()), faultsOf: (args) => faultsOf(args, options) }
}

function faultsOf(args: readonly string[], options: ReadonlyMap<string, Option>): readonly string[] {
  const faults: string[] = []
  for (let index = 0; index < args.length; index++) {
    const name = args[index] ?? ''
    const option = options.get(name)
    if (option === undefined) faults.push(`${name} is no option`)
    else if (option.isRemoved) faults.push(`${name} has been removed`)
    else if (option.value !== '') faults.push(...valueFaults(name, args[++index], option.value))
  }
  return faults
}

function valueFaults(name: string, given: string | undefined, value: string): readonly string[] {
  if (given === undefined) return [`${name} lacks its value ${value}`]
  if (value === 'N') return /^-?\d+$/.test(given) ? [] : [`${name} takes a number, got ${given}`]
  const choices = /^[[{<]?([a-z0-9-]+(?:[|,][a-z0-9-]+)+)[\]}>]?$/.exec(value)?.[1]?.split(/[|,]/)
  const wrong = given.split(',').filter((word) => choices?.includes(word) === false)
  return wrong.map((word) => `${name} takes ${value}, got ${word}`)
}
