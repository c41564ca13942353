import { randomSource } from '../random-source.js'
import type { TurnRates } from './paired-turns.js'
import { processorSeconds } from './process-figures.js'
import type { ServedProgram } from './served-program.js'
import { askStreamed, type SoakAnswer } from './soak-client.js'
import type { SoakReport } from './soak-report.js'

/** What clients ask, and what they have to get. */
export interface SoakRunOptions {
  readonly expected: ReadonlyMap<string, string>
  readonly prompts: readonly string[]
  readonly maxTokens: number
  readonly chaos: boolean
}

/** Clients that ask a server over and over, and hold what they get against what is expected. */
export class SoakRun {
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

  /** Lets clients ask one request after another; tells what the server did meanwhile. */
  async turn(turn: { clients: number; off: boolean; ms: number; signal: AbortSignal }): Promise<TurnRates> {
    const begin = await this.#done()
    const until = performance.now() + turn.ms
    const client = async () => {
      while (performance.now() < until && !turn.signal.aborted) await this.#ask(turn.off)
    }
    const all = Promise.all(Array.from({ length: turn.clients }, client))
    await new Promise((resolve) => setTimeout(resolve, turn.ms))
    // From now on ever fewer clients ask: what is counted is what was done while all of them did.
    const end = await this.#done()
    await all
    const tokens = end.tokens - begin.tokens
    return {
      off: turn.off,
      tokensPerSecond: tokens / (end.seconds - begin.seconds),
      tokensPerProcessorSecond: tokens / (end.processorSeconds - begin.processorSeconds),
    }
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

  async #done(): Promise<{ tokens: number; seconds: number; processorSeconds: number }> {
    const { url, pid } = this.#server
    const { tokens } = (await (await fetch(`${url}/api/state`)).json()) as { readonly tokens: number }
    return { tokens, seconds: performance.now() / 1_000, processorSeconds: await processorSeconds(pid) }
  }
}
