import type { ServedFinish, ServedLogProbability, TextEvent, TextPieceEvent } from '../text-event.js'
import { CountedSteps } from './counted-steps.js'
import { GatheredCalls } from './gathered-calls.js'
import { StepTotals } from './step-totals.js'
import { type StreamChoice, type StreamChunk, type StreamTimings, streamChunk } from './stream-chunk.js'
import { servedLogProbabilities } from './stream-log-probabilities.js'

/** What is known of a server besides its stream. */
export interface ChunkEventsOptions {
  /** Who drafts in it, where its stream counts drafted tokens; empty where nobody does. */
  readonly drafter: string
  /** Why nobody drafts although somebody should. */
  readonly notDrafted?: string
}

/** An answer's events, from the parsed events of an OpenAI-compatible stream. */
export async function* chunkEvents(
  stream: AsyncIterable<unknown>,
  options: ChunkEventsOptions,
): AsyncGenerator<TextEvent, void> {
  const reader = new ChunkReader(options)
  for await (const event of stream) yield* reader.push(streamChunk(event))
  yield* reader.end()
}

class ChunkReader {
  readonly #options: ChunkEventsOptions
  readonly #calls: GatheredCalls = new GatheredCalls()
  readonly #steps: CountedSteps | undefined
  readonly #totals: StepTotals = new StepTotals()
  #logProbabilities: ServedLogProbability[] = []
  #hasStarted = false
  /** Whether the start could tell the prompt's tokens. */
  #isCounted = false
  #hasCalls = false
  #chunks = 0
  #finish: string | undefined
  #stopString: string | undefined
  #usage: StreamChunk['usage']
  #timings: StreamTimings | undefined

  constructor(options: ChunkEventsOptions) {
    this.#options = options
    this.#steps = options.drafter === '' ? undefined : new CountedSteps(options.drafter)
  }

  push({ choices, usage, timings }: StreamChunk): TextEvent[] {
    const [choice] = choices
    this.#usage = usage ?? this.#usage
    this.#timings = timings ?? this.#timings
    if (choice === undefined) return []
    const text = textOf(choice)
    const pieces = choice.delta?.tool_calls ?? []
    const reason = choice.finish_reason ?? undefined
    if (timings === undefined && text === '' && pieces.length === 0 && reason === undefined) return []
    this.#note(choice, reason)
    return [
      ...this.#start(timings),
      ...this.#text(text, timings),
      ...pieces.flatMap((piece) => this.#called(this.#calls.push(piece))),
      ...(reason === undefined ? [] : this.#called(this.#calls.end())),
    ]
  }

  end(): TextEvent[] {
    const last = this.#steps?.end()
    const { drafter, notDrafted } = this.#options
    const finish = finishOf(this.#finish, this.#hasCalls)
    const before = [
      ...this.#start(this.#timings),
      ...(last === undefined ? [] : [this.#told(last)]),
      ...this.#called(this.#calls.end()),
    ]
    const summary = drafter === '' ? undefined : this.#totals.summary(finish)
    const why = notDrafted ?? (summary?.draftedTokens === 0 ? `${drafter} found nothing to draft` : undefined)
    return [
      ...before,
      {
        kind: 'end',
        finish,
        ...(this.#stopString !== undefined && { stopString: this.#stopString }),
        completionTokens: this.#usage?.completion_tokens ?? this.#timings?.predicted_n ?? this.#chunks,
        ...this.#lateCounts(),
        ...(summary && { summary }),
        ...(why !== undefined && { notDrafted: why }),
      },
    ]
  }

  #note({ logprobs, stop_reason: stopReason }: StreamChoice, reason: string | undefined): void {
    if (logprobs) this.#logProbabilities.push(...servedLogProbabilities(logprobs))
    if (reason === undefined) return
    this.#finish = reason
    if (typeof stopReason === 'string') this.#stopString = stopReason
  }

  #start(timings: StreamTimings | undefined): TextEvent[] {
    if (this.#hasStarted) return []
    this.#hasStarted = true
    this.#isCounted = timings !== undefined
    const { cache_n: reusedTokens = 0, prompt_n: readTokens = 0 } = timings ?? {}
    return [{ kind: 'start', promptTokens: reusedTokens + readTokens, reusedTokens }]
  }

  #text(text: string, timings: StreamTimings | undefined): TextEvent[] {
    if (text !== '') this.#chunks++
    if (this.#steps !== undefined && timings !== undefined) {
      const step = this.#steps.push(text, timings)
      return step === undefined ? [] : [this.#told(step)]
    }
    return text === '' ? [] : [this.#told({ kind: 'piece', pieces: [{ text, drafter: '' }] })]
  }

  #told(event: TextPieceEvent): TextPieceEvent {
    if (event.step !== undefined) this.#totals.add(event.step)
    if (this.#logProbabilities.length === 0) return event
    const logProbabilities = this.#logProbabilities
    this.#logProbabilities = []
    return { ...event, logProbabilities }
  }

  #called(call: ReturnType<GatheredCalls['end']>): TextEvent[] {
    if (call === undefined) return []
    this.#hasCalls = true
    return [{ kind: 'tool-call', call }]
  }

  /** Counts that no first token carried. */
  #lateCounts(): object {
    if (this.#isCounted || !this.#usage) return {}
    const { prompt_tokens: promptTokens, prompt_tokens_details: details } = this.#usage
    return { promptTokens, reusedTokens: details?.cached_tokens ?? 0 }
  }
}

function textOf({ text, delta }: StreamChoice): string {
  // What a model says instead of an answer is text, too.
  return text ?? delta?.content ?? delta?.refusal ?? ''
}

function finishOf(reason: string | undefined, hasCalls: boolean): ServedFinish {
  if (reason === 'length') return 'length'
  return hasCalls ? 'tool-calls' : 'stop'
}
