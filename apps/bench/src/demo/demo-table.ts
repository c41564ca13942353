import Table from 'cli-table3'
import type { DemoReport, DemoRow, DemoTotal } from './demo-report.js'

/** The report as a newcomer reads it: what was done, the table, what it means, and what to try next. */
export function demoText(report: DemoReport): string {
  const paragraphs = [...notes(report), conclusion(report)].map(wrapped)
  return `${[wrapped(introduction(report)), table(report), ...paragraphs, nextSteps].join('\n\n')}\n`
}

function introduction({ model, repetitions }: DemoReport): string {
  return [
    `One model (${billions(model.parameters)} parameters) answers every prompt twice: plainly, token by token, and drafted:`,
    'the next tokens are guessed from what the text already holds, and the model checks the whole guess in one step.',
    'It guesses only where that is expected to pay. Tokens/step is how many tokens a step brought; plain decoding brings 1.',
    `Speeds are the best of ${counted(repetitions, 'run')} each way, in turn: other programs only ever slow a run down.`,
  ].join(' ')
}

function table({ rows, total }: DemoReport): string {
  const grid = new Table({
    head: ['prompt', 'tokens', 'tokens/step', 'plain tokens/s', 'drafted tokens/s', 'speed-up', 'same output'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [] },
    // No lines between rows: all of them fit on one screen.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const row of rows) grid.push([row.id, ...figures(row), sameness(row)])
  grid.push(['all together', ...figures(total), ''])
  return grid.toString()
}

function figures(total: DemoTotal): string[] {
  return [
    String(total.tokens),
    total.tokensPerStep.toFixed(2),
    total.plainTokensPerSecond.toFixed(1),
    total.draftedTokensPerSecond.toFixed(1),
    `${total.speedup.toFixed(2)} ×`,
  ]
}

function sameness({ identical }: DemoRow): string {
  if (identical === 'tie') return 'yes, up to a tie'
  return identical ? 'yes' : 'NO'
}

function notes({ rows, identical }: DemoReport): string[] {
  const slower = rows.filter((row) => row.draftedTokens > 0 && row.speedup < 1).map((row) => row.id)
  const idle = rows.filter((row) => row.draftedTokens === 0)
  const found = []
  if (slower.length > 0) found.push(`Slower than plain decoding: ${slower.join(', ')}.`)
  if (idle.length > 0) found.push(noiseNote(idle))
  const unsteady = unsteadiness(rows)
  if (unsteady > 1.5) {
    found.push(
      `Plain speeds should be alike and differ by ${unsteady.toFixed(1)} times: this machine was busy, try again when it is idle.`,
    )
  }
  if (identical === 'tie') {
    found.push(
      'A tie: two tokens were equally good up to rounding, which differs with the number of tokens in a batch.',
    )
  }
  if (identical === false) found.push('DIFFERENT OUTPUT: a fault in Foretoken, please report it.')
  return found
}

/** Rows in which both ways did the same show what the machine's other work does to a speed-up. */
function noiseNote(idle: readonly DemoRow[]): string {
  const speedups = idle.map(({ speedup }) => speedup)
  const [least, most] = [Math.min(...speedups), Math.max(...speedups)].map((one) => one.toFixed(2))
  const range = least === most ? `${least} ×` : `${least} to ${most} ×`
  return `Nothing was worth a guess in ${idle.map(({ id }) => id).join(', ')}: both ways do the same there, so ${range} is noise.`
}

/** How many times as fast as the slowest the fastest row was, plainly: one model, so about 1 on an idle machine. */
function unsteadiness(rows: readonly DemoRow[]): number {
  const speeds = rows.map((row) => row.plainTokensPerSecond)
  return Math.max(...speeds) / Math.min(...speeds)
}

function conclusion({ machine, model, total, drafter }: DemoReport): string {
  const verdict =
    total.speedup < 1
      ? `slower than plain decoding, at ${total.speedup.toFixed(2)} times its speed`
      : `${total.speedup.toFixed(2)} times the speed of plain decoding`
  return [
    `Measured: ${verdict} over all prompts, as foretoken run does by default (--drafter ${drafter}), on ${machine.cpu},`,
    `${counted(machine.threads, 'thread')}, ${machine.engine} (${machine.backend}).`,
    'The model computes what a tiny test model computes, in the shape and at the cost of a real one',
    `(${(model.fileBytes / 1e6).toFixed(0)} MB). Other machines, models and prompts give other speeds.`,
  ].join(' ')
}

const nextSteps = [
  'Next, with a GGUF model of your own:',
  '  npm run -s foretoken -- run MODEL.gguf -p "Repeat this list: …" --compare',
  'Or chat in a browser and see who made which token; any GGUF model does, this one is tiny and part of the repository:',
  '  npm run -s foretoken -- serve fixtures/models/fore-base-3m.q8_0.gguf',
].join('\n')

/** Breaks a paragraph into lines of at most 100 characters. */
function wrapped(paragraph: string): string {
  return paragraph.replace(/(.{1,100})( |$)/g, '$1\n').trimEnd()
}

function billions(parameters: number): string {
  return `${(parameters / 1e9).toFixed(1)} billion`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
