import type { ServingEngine } from '../src/serve/serving-engine.js'
import type { ServedStep, TextEvent } from '../src/serve/text-event.js'
import type { TextRequest } from '../src/serve/text-request.js'

/** A greedy completion, with what a test changes of it. */
export function completion(prompt: string, changes: Partial<TextRequest> = {}): TextRequest {
  return {
    input: { kind: 'completion', prompt },
    maxTokens: 48,
    stop: [],
    sampling: { temperature: 0 },
    speculation: {},
    scope: '',
    ...changes,
  }
}

/** All that happened while an answer was written. */
export interface ReadAnswer {
  readonly events: readonly TextEvent[]
  readonly text: string
  readonly steps: readonly ServedStep[]
  readonly end: Extract<TextEvent, { kind: 'end' }>
}

/** Reads an answer to its end. */
export async function readAnswer(
  engine: Pick<ServingEngine, 'generate'>,
  request: TextRequest,
  {
    signal = new AbortController().signal,
    onEvent = () => {},
  }: { readonly signal?: AbortSignal; readonly onEvent?: (event: TextEvent) => void } = {},
): Promise<ReadAnswer> {
  const events: TextEvent[] = []
  for await (const event of engine.generate(request, { signal })) {
    events.push(event)
    onEvent(event)
  }
  const end = events.at(-1)
  if (end?.kind !== 'end') throw new Error(`an answer must end, got ${end?.kind}`)
  const pieces = events.flatMap((event) => (event.kind === 'piece' ? event.pieces : []))
  const steps = events.flatMap((event) => (event.kind === 'piece' && event.step !== undefined ? [event.step] : []))
  return { events, text: pieces.map(({ text }) => text).join(''), steps, end }
}
