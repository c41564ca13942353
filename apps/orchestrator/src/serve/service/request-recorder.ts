import type {
  RequestOptions,
  RequestRecord,
  RequestTrace,
  RouteDecision,
  RoutedEvent,
  TracedStep,
} from '../serving-service.js'
import type { TextEnd, TextPieceEvent } from '../text-event.js'

/** Options of {@link requestRecorder}. */
export interface RecorderOptions extends Pick<RequestOptions, 'id' | 'key'> {
  /** What was asked for. */
  readonly model: string
  /** Most steps that are kept (0 or more). */
  readonly mostSteps: number
  /** Whether texts are kept. */
  readonly keepsTexts: boolean
  /** Milliseconds that never run backwards. */
  readonly now: () => number
}

/** Writes down what happens to a request. */
export interface RequestRecorder {
  /** Hears every event; a second `routed` begins anew. */
  hear(event: RoutedEvent): void
  /** How it ended where no `end` was heard. */
  fail(finish: 'failed' | 'aborted', error?: string): void
  record(): RequestRecord
  trace(): RequestTrace
  /** The answer, where texts are kept. */
  text(): string | undefined
}

/** What is counted for one answer; a model that is asked instead begins it anew. */
interface Counted {
  promptTokens: number
  reusedTokens: number
  completionTokens: number
  draftedTokens: number
  acceptedTokens: number
  steps: number
}

/** A recorder of one request, from its arrival on. */
export function requestRecorder(options: RecorderOptions): RequestRecorder {
  return new Recorder(options)
}

class Recorder implements RequestRecorder {
  readonly #options: RecorderOptions
  readonly #startedAt = new Date().toISOString()
  readonly #arrivedMs: number
  #routedMs: number | undefined
  #startMs: number | undefined
  #endMs: number | undefined
  #model: string
  #route: RouteDecision = { escalatedFrom: [] }
  #counted: Counted = nothing()
  #trace: TracedStep[] = []
  #texts: string[] = []
  #finish = ''
  #error: string | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#arrivedMs = options.now()
    this.#model = options.model
  }

  hear(event: RoutedEvent): void {
    const now = this.#options.now()
    if (event.kind === 'routed') {
      this.#model = event.model
      this.#route = event.route
      this.#routedMs = now
      this.#startMs = undefined
      this.#counted = nothing()
      this.#trace = []
      this.#texts = []
    } else if (event.kind === 'start') {
      this.#startMs = now
      this.#counted.promptTokens = event.promptTokens
      this.#counted.reusedTokens = event.reusedTokens
    } else if (event.kind === 'piece') this.#hearPiece(event)
    else if (event.kind === 'end') this.#hearEnd(event, now)
  }

  fail(finish: 'failed' | 'aborted', error?: string): void {
    this.#endMs ??= this.#options.now()
    this.#finish = finish
    this.#error = error
  }

  record(): RequestRecord {
    const { id, key } = this.#options
    const endMs = this.#endMs ?? this.#options.now()
    const routedMs = this.#routedMs ?? endMs
    const startMs = this.#startMs ?? endMs
    return {
      id,
      key,
      model: this.#model,
      route: this.#route,
      startedAt: this.#startedAt,
      queueMs: rounded(routedMs - this.#arrivedMs),
      promptMs: rounded(startMs - routedMs),
      generateMs: rounded(endMs - startMs),
      ...this.#counted,
      finish: this.#finish,
      ...(this.#error !== undefined && { error: this.#error }),
    }
  }

  trace(): RequestTrace {
    return { ...this.record(), trace: this.#trace, droppedSteps: this.#counted.steps - this.#trace.length }
  }

  text(): string | undefined {
    return this.#options.keepsTexts ? this.#texts.join('') : undefined
  }

  #hearPiece({ pieces, step }: TextPieceEvent): void {
    const { keepsTexts, mostSteps } = this.#options
    if (keepsTexts) for (const { text } of pieces) this.#texts.push(text)
    if (step === undefined) return
    const counted = this.#counted
    counted.steps++
    counted.completionTokens += step.tokens
    counted.draftedTokens += step.draftedTokens
    counted.acceptedTokens += step.acceptedTokens
    if (this.#trace.length < mostSteps) this.#trace.push(keepsTexts ? { ...step, pieces } : step)
  }

  #hearEnd({ finish, completionTokens, promptTokens, reusedTokens, summary }: TextEnd, now: number): void {
    this.#endMs = now
    this.#finish = finish
    this.#counted.completionTokens = completionTokens
    if (promptTokens !== undefined) this.#counted.promptTokens = promptTokens
    if (reusedTokens !== undefined) this.#counted.reusedTokens = reusedTokens
    if (summary === undefined) return
    const { draftedTokens, acceptedTokens, steps } = summary
    Object.assign(this.#counted, { draftedTokens, acceptedTokens, steps })
  }
}

function nothing(): Counted {
  return { promptTokens: 0, reusedTokens: 0, completionTokens: 0, draftedTokens: 0, acceptedTokens: 0, steps: 0 }
}

function rounded(milliseconds: number): number {
  return Math.round(Math.max(0, milliseconds) * 1_000) / 1_000
}
