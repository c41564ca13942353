import { setTimeout as sleep } from 'node:timers/promises'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import type { ProgressLine } from '../progress-line.js'
import { isPlainTurn, pairedTurns, type TurnRates } from './paired-turns.js'
import { childrenOf, type ProcessFigures, processFigures } from './process-figures.js'
import { type ServedProgram, servedProgram } from './served-program.js'
import { askStreamed } from './soak-client.js'
import type { SoakCommandOptions } from './soak-command.js'
import type { SoakReport } from './soak-report.js'
import { SoakRun } from './soak-run.js'

/** What a soak needs besides its options. */
export interface SoakParts {
  readonly onProgress: ProgressLine['show']
  readonly signal: AbortSignal
}

/** Turns of drafting and of plain decoding; a turn is over when its last answer is, which takes long where engines die. */
const turnSeconds = 5
const chaosTurns = 2
const killEveryMs = 10_000

/** Keeps a server busy; answers of a single client, written plainly, are what all are held against. */
export async function soak(options: SoakCommandOptions, { onProgress, signal }: SoakParts): Promise<SoakReport> {
  const { clients, slots, maxTokens, seconds, chaos = false, threads, model = fixtureModels.base.q8_0 } = options
  await using server = await servedProgram([
    ...[model, '--slots', `${slots}`, '--context', '1024'],
    ...(threads === undefined ? [] : ['--threads', `${threads}`]),
  ])
  const prompts = fixturePrompts.map(({ text }) => text.slice(-1_200))
  const expected = new Map<string, string>()
  for (const [index, prompt] of prompts.entries()) {
    onProgress(`a single client: ${index} of ${prompts.length}`)
    expected.set(prompt, (await askStreamed(server, { prompt, maxTokens, off: true })).text)
  }
  const run = new SoakRun(server, { expected, prompts, maxTokens, chaos })
  // A server that has seen every kind of work once holds what it will hold.
  await run.turn({ clients, off: false, ms: Math.min(10_000, seconds * 250), signal })
  run.forget()
  const before = await idleFigures(server)
  let halfway = before
  using _killing = chaos ? killer(server, run) : undefined
  const turns = chaos ? chaosTurns : 2 * Math.max(1, Math.round(seconds / turnSeconds / 2))
  const rates: TurnRates[] = []
  for (let turn = 0; turn < turns && !signal.aborted; turn++) {
    const off = isPlainTurn(turn)
    onProgress(`turn ${turn + 1} of ${turns}, ${off ? 'plain' : 'drafting'}: ${run.answers} answers`)
    rates.push(await run.turn({ clients, off, ms: (seconds * 1_000) / turns, signal }))
    if (turn + 1 === turns / 2) halfway = await idleFigures(server)
  }
  return {
    ...{ clients, slots, seconds, chaos },
    ...run.figures(),
    queueMs: await queueWaits(server),
    goodput: pairedTurns(rates, ({ tokensPerSecond }) => tokensPerSecond),
    ...(!chaos && {
      goodputByProcessor: pairedTurns(rates, ({ tokensPerProcessorSecond }) => tokensPerProcessorSecond),
    }),
    ...{ before, halfway, after: await idleFigures(server) },
  }
}

/** Without the connections that clients keep open for their next request: Node.js' `fetch` closes them after four seconds. */
async function idleFigures({ pid }: ServedProgram): Promise<ProcessFigures> {
  await sleep(6_000)
  return await processFigures(pid)
}

/** Ends the engine's process over and over, as the system would. */
function killer(server: ServedProgram, run: SoakRun): Disposable {
  const timer = setInterval(async () => {
    for (const pid of await childrenOf(server.pid)) if (isKilled(pid)) run.kills++
  }, killEveryMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself just now.
    return false
  }
}

/** Of the last thousand requests. */
async function queueWaits(server: ServedProgram): Promise<SoakReport['queueMs']> {
  const answer = await fetch(`${server.url}/api/requests?limit=1000`)
  const { requests } = (await answer.json()) as { readonly requests: readonly { readonly queueMs: number }[] }
  const waits = requests.map(({ queueMs }) => queueMs).toSorted((one, other) => one - other)
  const at = (rate: number) => waits[Math.min(waits.length - 1, Math.floor(rate * waits.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), most: waits.at(-1) ?? 0 }
}
