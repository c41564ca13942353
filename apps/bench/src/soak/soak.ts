import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import type { ProgressLine } from '../progress-line.js'
import { randomSource } from '../random-source.js'
import { childrenOf, type ProcessFigures, processFigures } from './process-figures.js'
import { type ServedProgram, servedProgram } from './served-program.js'
import { askStreamed, type SoakAnswer } from './soak-client.js'
import type { SoakCommandOptions } from './soak-command.js'

/** What became of a soak. */
export interface SoakReport {
  readonly clients: number
  readonly slots: number
  readonly seconds: number
  /** Whether clients cut off and the engine was killed. */
  readonly chaos: boolean
  readonly answers: number
  /** Whole answers that are not what a single client got; parts of one that are no beginning of it. */
  readonly different: number
  /** Answers that a client did not get to their end without having cut them off itself, by reason. */
  readonly failures: Readonly<Record<string, number>>
  readonly cutOff: number
  readonly engineKills: number
  readonly queueMs: { readonly p50: number; readonly p99: number; readonly most: number }
  /** Committed tokens a second, in turns. */
  readonly goodput: { readonly drafting: readonly number[]; readonly plain: readonly number[]; readonly ratio: number }
  readonly before: ProcessFigures
  readonly after: ProcessFigures
}

/** What a soak needs besides its options. */
export interface SoakParts {
  readonly onProgress: ProgressLine['show']
  readonly signal: AbortSignal
}

/** Turns of drafting and of plain decoding; a turn is over when its last answer is, which takes long where engines die. */
const manyTurns = 8
const fewTurns = 2
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
  const before = await processFigures(server.pid)
  using _killing = chaos ? killer(server, run) : undefined
  const turns = chaos ? fewTurns : manyTurns
  const goodput: { drafting: number[]; plain: number[] } = { drafting: [], plain: [] }
  for (let turn = 0; turn < turns && !signal.aborted; turn++) {
    const off = turn % 2 === 1
    onProgress(`turn ${turn + 1} of ${turns}, ${off ? 'plain' : 'drafting'}: ${run.answers} answers`)
    goodput[off ? 'plain' : 'drafting'].push(await run.turn({ clients, off, ms: (seconds * 1_000) / turns, signal }))
  }
  return {
    ...{ clients, slots, seconds, chaos },
    ...run.figures(),
    queueMs: await queueWaits(server),
    goodput: { ...goodput, ratio: mean(goodput.drafting) / mean(goodput.plain) },
    before,
    after: await processFigures(server.pid),
  }
}

interface SoakRunOptions {
  readonly expected: ReadonlyMap<string, string>
  readonly prompts: readonly string[]
  readonly maxTokens: number
  readonly chaos: boolean
}

class SoakRun {
  answers = 0
  kills = 0
  readonly #server: ServedProgram
  readonly #options: SoakRunOptions
  readonly #random = randomSource(1)
  readonly #failures = new Map<string, number>()
  #different = 0
  #cutOff = 0

  constructor(server: ServedProgram, options: SoakRunOptions) {
    this.#server = server
    this.#options = options
  }

  /** Lets clients ask one request after another; returns the tokens a second that the server committed meanwhile. */
  async turn(turn: { clients: number; off: boolean; ms: number; signal: AbortSignal }): Promise<number> {
    const [tokens, startedAt] = [await this.#tokens(), performance.now()]
    const until = startedAt + turn.ms
    const client = async () => {
      while (performance.now() < until && !turn.signal.aborted) await this.#ask(turn.off)
    }
    // The server is as busy at the end of a turn as before: what is counted is what it did until then.
    const all = Promise.all(Array.from({ length: turn.clients }, client))
    await new Promise((resolve) => setTimeout(resolve, turn.ms))
    const goodput = ((await this.#tokens()) - tokens) / ((performance.now() - startedAt) / 1_000)
    await all
    return goodput
  }

  forget(): void {
    this.answers = 0
    this.#failures.clear()
    this.#different = 0
    this.#cutOff = 0
  }

  figures(): Pick<SoakReport, 'answers' | 'different' | 'failures' | 'cutOff' | 'engineKills'> {
    return {
      answers: this.answers,
      different: this.#different,
      failures: Object.fromEntries(this.#failures),
      cutOff: this.#cutOff,
      engineKills: this.kills,
    }
  }

  async #ask(off: boolean): Promise<void> {
    const { prompts, maxTokens, chaos, expected } = this.#options
    const prompt = prompts[Math.floor(this.#random() * prompts.length)] ?? ''
    const cuts = chaos && this.#random() < 0.2
    const cutAfter = 1 + Math.floor(this.#random() * 12)
    const answer = await askStreamed(this.#server, { prompt, maxTokens, off, ...(cuts && { cutAfter }) })
    this.answers++
    this.#judge(answer, expected.get(prompt) ?? '')
  }

  #judge({ text, isWhole, failure }: SoakAnswer, expected: string): void {
    if (failure !== undefined) this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1)
    else if (!isWhole) this.#cutOff++
    if (isWhole ? text !== expected : !expected.startsWith(text)) this.#different++
  }

  async #tokens(): Promise<number> {
    const state = (await (await fetch(`${this.#server.url}/api/state`)).json()) as { readonly tokens: number }
    return state.tokens
  }
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** The report as a person reads it. */
export function soakText(report: SoakReport): string {
  const { answers, different, failures, cutOff, engineKills, queueMs, goodput, before, after } = report
  const failed = Object.entries(failures).map(([reason, count]) => `\n  ${count} × ${reason}`)
  const rates = (list: readonly number[]) => list.map((rate) => rate.toFixed(0)).join(', ')
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)
  return `${report.clients} clients, ${report.slots} slots, ${report.seconds} s: ${answers} answers
different from a single client's: ${different}; cut off by clients: ${cutOff}; engine killed: ${engineKills} times
not whole: ${Object.values(failures).reduce((sum, count) => sum + count, 0)}${failed.join('')}
queue wait: p50 ${queueMs.p50.toFixed(1)} ms, p99 ${queueMs.p99.toFixed(1)} ms, most ${queueMs.most.toFixed(1)} ms
tokens/s drafting ${rates(goodput.drafting)}; plain ${rates(goodput.plain)}; ratio ${goodput.ratio.toFixed(3)}
server memory ${megabytes(before.residentBytes)} → ${megabytes(after.residentBytes)} MB, engine ${megabytes(before.engineBytes)} → ${megabytes(after.engineBytes)} MB, descriptors ${before.descriptors} → ${after.descriptors}
`
}
