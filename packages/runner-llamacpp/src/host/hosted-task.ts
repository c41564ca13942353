import { SpeculationError, type Tokens } from '@foretoken/contract'
import type { TextStep } from '../generate-text.js'
import { receivedError, type TaskMessage, type ToEngine } from './host-protocol.js'

/** Deaths in a row, with no step of any task between them, over which a task is given up: it may be what kills engines. */
const mostQuietDeaths = 3
/** The same where other tasks go on meanwhile, which may be what kills engines as well. */
const mostDeaths = 10

/** Something that an engine process was asked, and asks again when the process dies. */
export interface HostedTask {
  /** The question, as it stands now. */
  message(id: number): ToEngine
  /** Returns whether the task is over. */
  hear(message: TaskMessage): boolean
  /** The process died, `quiet`: with no sign of life since the last death. Returns whether to ask again. */
  survives(death: string, quiet: boolean): boolean
  fail(error: Error): void
}

/** A text in the making: its steps so far and who waits for them. */
export class HostedText implements HostedTask {
  readonly #request: unknown
  readonly #wake: Waker = new Waker()
  readonly #unread: TextStep[] = []
  readonly #answer: number[] = []
  #steps = 0
  #isFinished = false
  readonly #deaths: DeathCount = new DeathCount()
  #end: { readonly error?: Error } | undefined

  constructor(request: unknown) {
    this.#request = request
  }

  message(id: number): ToEngine {
    return { kind: 'generate', id, request: this.#request, answer: Int32Array.from(this.#answer) }
  }

  hear(message: TaskMessage): boolean {
    if (message.kind === 'step') {
      this.#take(message.step)
      return false
    }
    if (message.kind === 'failed') this.fail(receivedError(message.error))
    else this.#finish({})
    return true
  }

  /** The step's index counts on where an earlier process stopped. */
  #take(textStep: TextStep): void {
    const { step } = textStep
    this.#deaths.reset()
    this.#isFinished = step.finish !== ''
    appendAll(this.#answer, step.tokens)
    const index = this.#steps++
    this.#unread.push(step.index === index ? textStep : { ...textStep, step: { ...step, index } })
    this.#wake.up()
  }

  survives(death: string, quiet: boolean): boolean {
    if (this.#end !== undefined) return false
    // Its last step came, only the word that it was the last did not.
    if (this.#isFinished) {
      this.#finish({})
      return false
    }
    if (!this.#deaths.isTooMany(quiet)) return true
    const message = `the engine ${death}, again and again over this request, which may be the cause`
    this.fail(new SpeculationError('ERR_ENGINE_LOST', message))
    return false
  }

  fail(error: Error): void {
    this.#finish({ error })
  }

  #finish(end: { readonly error?: Error }): void {
    this.#end ??= end
    this.#wake.up()
  }

  /** The steps as they come; throws what ended the text before its time. */
  async *steps(): AsyncGenerator<TextStep, void, void> {
    for (;;) {
      const step = this.#unread.shift()
      if (step !== undefined) yield step
      else if (this.#end?.error !== undefined) throw this.#end.error
      else if (this.#end !== undefined) return
      else await this.#wake.next()
    }
  }
}

/** A function call. */
export class HostedCall implements HostedTask {
  readonly output: Promise<unknown>
  readonly #name: string
  readonly #input: unknown
  readonly #deaths: DeathCount = new DeathCount()
  #resolve: (output: unknown) => void = () => {}
  #reject: (error: Error) => void = () => {}

  constructor(name: string, input: unknown) {
    this.#name = name
    this.#input = input
    this.output = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Who awaits it hears of the failure; until then it must not end the process.
    this.output.catch(() => {})
  }

  message(id: number): ToEngine {
    return { kind: 'call', id, name: this.#name, input: this.#input }
  }

  hear(message: TaskMessage): boolean {
    if (message.kind === 'result') this.#resolve(message.output)
    else if (message.kind === 'failed') this.fail(receivedError(message.error))
    else return false
    return true
  }

  survives(death: string, quiet: boolean): boolean {
    if (!this.#deaths.isTooMany(quiet)) return true
    this.fail(new SpeculationError('ERR_ENGINE_LOST', `the engine ${death}, again and again over "${this.#name}"`))
    return false
  }

  fail(error: Error): void {
    this.#reject(error)
  }
}

/** Deaths over one task without a sign of life from it. */
class DeathCount {
  #all = 0
  #quiet = 0

  reset(): void {
    this.#all = 0
    this.#quiet = 0
  }

  isTooMany(quiet: boolean): boolean {
    this.#all++
    this.#quiet = quiet ? this.#quiet + 1 : 0
    return this.#quiet >= mostQuietDeaths || this.#all >= mostDeaths
  }
}

/** Lets one reader wait until something happens. */
class Waker {
  #up: () => void = () => {}

  up(): void {
    this.#up()
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#up = resolve
    })
  }
}

function appendAll(all: number[], tokens: Tokens): void {
  for (const token of tokens) all.push(token)
}
