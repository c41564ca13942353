import { type FixtureMessage, fixturePrompts } from '@foretoken/fixtures'
import { randomSource } from '../random-source.js'
import { pick, word } from './random-words.js'

/** A conversation to be recorded: what is said before the first answer, and after each. */
export interface TraceScript {
  readonly task: string
  /** Absent for a single request. */
  readonly session?: string
  readonly opening: readonly FixtureMessage[]
  readonly replies: readonly FixtureMessage[]
}

type Random = () => number

/** The conversations of the committed traces: the fixture prompts, and variations of them made from one seed. */
export function traceScripts(): readonly TraceScript[] {
  const random = randomSource(1)
  const many = (count: number, make: (index: number) => TraceScript): TraceScript[] =>
    Array.from({ length: count }, (_, index) => make(index))
  return [
    ...fixturePrompts.map(({ kind, messages }) => ({ task: taskOf(kind), opening: messages, replies: [] })),
    ...many(24, (index) => editSession(random, `edit-${index}`)),
    ...many(40, () => single('copy', copyRequest(random))),
    ...many(24, () => single('extract', extractRequest(random))),
    ...many(16, () => single('sql', sqlRequest(random))),
    ...many(16, () => single('arithmetic', arithmeticRequest(random))),
    ...many(16, (index) => toolSession(random, `tools-${index}`)),
    ...many(16, (index) => agentSession(random, `agent-${index}`)),
  ]
}

const tasks: Readonly<Record<string, string>> = {
  rename: 'edit',
  'add-line': 'edit',
  repeat: 'copy',
  quote: 'copy',
  bullets: 'copy',
  json: 'extract',
  retrieval: 'extract',
  'tool-call': 'tools',
}

function taskOf(kind: string): string {
  return tasks[kind] ?? kind
}

function single(task: string, content: string): TraceScript {
  return { task, opening: [user(content)], replies: [] }
}

/** The same code twice: a name is changed, then a line added. */
function editSession(random: Random, session: string): TraceScript {
  const original = pick(random, codes)
  const names = [...new Set(original.match(/\b[a-z]{4,}\b/g))].filter((name) => !keywords.has(name))
  const code = original.replaceAll(new RegExp(`\\b${pick(random, names)}\\b`, 'g'), word(random))
  const fenced = `\n\`\`\`python\n${code}\n\`\`\``
  const name = /def (\w+)/.exec(code)?.[1] ?? ''
  return {
    task: 'edit',
    session,
    opening: [user(`Rename \`${pick(random, names)}\` to \`${word(random)}\` in this code:${fenced}`)],
    replies: [user(`Add a print of "${word(random)}" as the first line of ${name}:${fenced}`)],
  }
}

function copyRequest(random: Random): string {
  const text = [pick(random, sentences), pick(random, sentences)].join(' ')
  return pick(random, [
    `Repeat this text exactly:\n${text}`,
    `${text}\n\nQuote the first sentence of the text above.`,
    `Turn these sentences into a bullet list:\n${text}`,
  ])
}

function extractRequest(random: Random): string {
  const order = (): string => {
    const item = `a ${pick(random, colours)} ${pick(random, items)}`
    return `Order ${number(random, 100, 999)}: ${item} for ${person(random)}, age ${number(random, 18, 80)}, from ${pick(random, cities)}.`
  }
  const codes = Array.from({ length: 5 }, () => [word(random), number(random, 1000, 9999)] as const)
  const facts = codes.map(([name, code]) => `The code of ${name} is ${code}.`).join(' ')
  return pick(random, [
    `${order()}\nExtract name, age, city as JSON. Output only JSON.`,
    `${order()}\n${order()}\nExtract item, color, city as a JSON list. Output only JSON.`,
    `${facts} What is the code of ${pick(random, codes)[0]}?`,
  ])
}

function sqlRequest(random: Random): string {
  const [table, column, other] = [`${word(random)}s`, word(random), word(random)]
  const schema = `CREATE TABLE ${table} (${column} TEXT, ${other} INTEGER, ${word(random)} TEXT);`
  return `${schema}\nList ${column} of all ${table} where ${other} is above ${number(random, 10, 90)}.`
}

function arithmeticRequest(random: Random): string {
  const [some, more, less] = [number(random, 10, 50), number(random, 2, 20), number(random, 2, 9)]
  return `${pick(random, people)} has ${some} ${pick(random, items)}s and buys ${more} more, then gives away ${less}. How many are left?`
}

function toolSession(random: Random, session: string): TraceScript {
  const request = (): FixtureMessage =>
    user(
      pick(random, [
        `What is the weather in ${pick(random, cities)} today?`,
        `Send a mail to ${person(random)} about ${word(random)}.`,
        `Convert ${number(random, 10, 999)} to ${pick(random, ['litre', 'mile', 'kilo'])}.`,
      ]),
    )
  const system = 'Tools: get_weather(city, day); send_mail(to, subject); convert(amount, unit)'
  return {
    task: 'tools',
    session,
    opening: [{ role: 'system', content: system }, request()],
    replies: [request(), request()],
  }
}

/** An agent that reads, edits, runs and is done; what the tools say depends on nothing that it does. */
function agentSession(random: Random, session: string): TraceScript {
  const [file, old, next] = [`src/${word(random)}.py`, word(random), word(random)]
  const system = 'Tools: run(cmd); read(path); edit(path, old, new); done(result)'
  const code = `def ${old}(value):\n    return value + ${number(random, 1, 9)}`
  return {
    task: 'agent',
    session,
    opening: [{ role: 'system', content: system }, user(`Rename ${old} to ${next} in ${file}.`)],
    replies: [code, 'ok', '1 passed'].map((content) => ({ role: 'tool', content })),
  }
}

function user(content: string): FixtureMessage {
  return { role: 'user', content }
}
function number(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}
function person(random: Random): string {
  const name = word(random)
  return `${pick(random, people)} ${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

const people = ['Ada', 'Ben', 'Pia', 'Lena', 'Omar', 'Tara', 'Kai', 'Hana'] as const
const cities = ['Oslo', 'Lima', 'Turin', 'Cairo', 'Bergen', 'Seoul', 'Quito'] as const
const items = ['lamp', 'bag', 'mug', 'cable', 'book', 'radio', 'desk', 'chair'] as const
const colours = ['red', 'blue', 'green', 'gold'] as const
const keywords: ReadonlySet<string> = new Set([
  'self',
  'return',
  'with',
  'while',
  'else',
  'from',
  'import',
  'raise',
  'pass',
])

/** The code blocks and the sentences of the fixture prompts. */
const texts = fixturePrompts
  .flatMap(({ messages }) => messages.filter(({ role }) => role === 'user'))
  .map(({ content }) => content)
const codes: readonly string[] = texts.flatMap((text) => /```python\n(.*?)\n```/s.exec(text)?.[1] ?? [])
const sentences: readonly string[] = texts.flatMap((text) => text.match(/The [a-z ,]{60,}\./g) ?? [])
