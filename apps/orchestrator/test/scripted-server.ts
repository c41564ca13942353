import type { HttpServerOptions } from '../src/serve/http/http-options.js'
import { httpServer } from '../src/serve/http/http-server.js'
import type { RoutedEvent } from '../src/serve/serving-service.js'
import { plainAnswer, type Script, type ScriptedService, scriptedFacts, scriptedService } from './scripted-service.js'

/** A server on a free port whose service says what a test tells it to say. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  readonly service: ScriptedService
  /** From now on answers are this; without anything, `Hello there`. */
  says(write?: Script['write']): void
}

/** Starts one. */
export async function scriptedServer(options: Omit<HttpServerOptions, 'service'> = {}): Promise<ScriptedServer> {
  const plain = () => plainAnswer(['Hello', ' there'])
  let current: NonNullable<Script['write']> = plain
  const service = scriptedService({ write: (request, options) => current(request, options) })
  const server = await httpServer({ port: 0, ...options, service })
  return {
    url: server.url,
    service,
    says(write = plain) {
      current = write
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** What comes before the text. */
export const opening: readonly RoutedEvent[] = [
  { kind: 'routed', model: 'base', facts: scriptedFacts, route: { role: 'coder', escalatedFrom: ['small'] } },
  { kind: 'start', promptTokens: 7, reusedTokens: 3 },
]

/** A step that brought a text of the model's own. */
export function said(text: string): RoutedEvent {
  return { kind: 'piece', pieces: [{ text, drafter: '' }] }
}

/** Text without end, or nothing at all; deaf to everything but the signal. */
export async function* endless(signal: AbortSignal, speaks: boolean): AsyncGenerator<RoutedEvent> {
  yield* opening
  while (speaks) yield said('on and ')
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
}

/** Something that is waited for until it is let happen. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Everything that is yielded. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
