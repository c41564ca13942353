import type { IncomingMessage } from 'node:http'
import { SpeculationError } from '@foretoken/contract'
import { throwIfAborted } from '../throw-if-aborted.js'
import { AttemptFailure } from './attempt-failure.js'
import { Deadline } from './deadline.js'
import { readEvents } from './event-stream.js'
import { exchange, type HttpAgents, readText } from './http-exchange.js'
import { hasContent, isLast } from './openai-chunk.js'
import { refusal } from './server-refusal.js'

/** One request, to whichever server. */
export interface UpstreamRequest {
  /** Relative to the base URL: `chat/completions`, or `../tokenize` for what lies beside it. */
  readonly path: string
  /** Its absence makes the request a GET. */
  readonly body?: object
  readonly signal: AbortSignal | undefined
}

/** Who is asked. */
export interface AskedServer {
  readonly url: string
  /** What the model is called there. */
  readonly model?: string
  readonly apiKey?: string
}

/** What all attempts share. */
export interface AttemptSettings {
  readonly agents: HttpAgents
  readonly redact: (text: string) => string
  readonly connectTimeoutMs: number
  readonly firstTokenTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly mostEventCharacters: number
  readonly mostAnswerBytes: number
}

interface Call {
  readonly server: AskedServer
  readonly request: UpstreamRequest
  readonly settings: AttemptSettings
  readonly deadline: Deadline
}

const refusalBytes = 65_536
const drainMs = 1_000

/** Asks one server once for JSON. Throws an {@link AttemptFailure}, or `ERR_ABORTED`. */
export async function* answerOnce(
  server: AskedServer,
  request: UpstreamRequest,
  settings: AttemptSettings,
): AsyncGenerator<unknown, void> {
  using deadline = new Deadline()
  const call = { server, request, settings, deadline }
  let answer: unknown
  try {
    deadline.set('no answer', settings.firstTokenTimeoutMs)
    const text = await readText(await headOf(call), settings.mostAnswerBytes)
    if (text === undefined) throw new Error(`its answer has more than ${settings.mostAnswerBytes} bytes`)
    answer = jsonIn(text)
  } catch (error) {
    throw failureFrom(error, call)
  }
  deadline.clear()
  yield answer
}

/** Asks one server once for a stream of JSON events; the first ones come together with the first that has content. */
export async function* streamOnce(
  server: AskedServer,
  request: UpstreamRequest,
  settings: AttemptSettings,
): AsyncGenerator<unknown, void> {
  using deadline = new Deadline()
  const call = { server, request, settings, deadline }
  const progress = { isComplete: false }
  try {
    deadline.set('no first token', settings.firstTokenTimeoutMs)
    for await (const events of eventsOf(await headOf(call), call, progress)) {
      // Whoever reads may take its time.
      deadline.clear()
      for (const event of events) {
        yield event
        // What has come already is no longer wanted, either.
        throwIfAborted(request.signal)
      }
      deadline.set('nothing more', settings.idleTimeoutMs)
    }
    if (!progress.isComplete) throw new Error('its answer broke off')
  } catch (error) {
    if (progress.isComplete && request.signal?.aborted !== true) return
    throw failureFrom(error, call)
  }
}

/** A stream's events, those before the first token together with it: they say nothing of whether there will be one. */
async function* eventsOf(
  response: IncomingMessage,
  call: Call,
  progress: { isComplete: boolean },
): AsyncGenerator<readonly unknown[], void> {
  const type = response.headers['content-type'] ?? 'nothing'
  if (!type.startsWith('text/event-stream')) throw new Error(`it answered with ${type} instead of a stream`)
  let early: unknown[] | undefined = []
  for await (const data of readEvents(response, call.settings.mostEventCharacters)) {
    if (data === '[DONE]') {
      progress.isComplete = true
      call.deadline.set('no end', drainMs)
      continue
    }
    const event = eventIn(data, call)
    progress.isComplete ||= isLast(event)
    early?.push(event)
    if (early !== undefined && !hasContent(event) && !progress.isComplete) continue
    yield early ?? [event]
    early = undefined
  }
}

/** The head of an answer that is no refusal. */
async function headOf({ server, request, settings, deadline }: Call): Promise<IncomingMessage> {
  const { url, apiKey, model } = server
  const { path, body, signal } = request
  const response = await exchange({
    url: new URL(path, `${url}/`),
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    ...(body !== undefined && { body: JSON.stringify(model === undefined ? body : { ...body, model }) }),
    ...{ connectTimeoutMs: settings.connectTimeoutMs, agents: settings.agents },
    signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
  })
  const { statusCode: status = 0, headers } = response
  if (status === 200) return response
  const text = (await readText(response, refusalBytes)) ?? ''
  const retryAfter = headers['retry-after']
  throw refusal(url, { status, text, ...(retryAfter !== undefined && { retryAfter }) }, settings.redact)
}

function eventIn(data: string, { server, settings }: Call): unknown {
  const event = jsonIn(data)
  const { error } = Object(event) as { error?: unknown }
  if (error === undefined || error === null) return event
  // The status went out before it was known: it stands in the error.
  const { code } = Object(error) as { code?: unknown }
  const status = typeof code === 'number' ? code : 500
  throw refusal(server.url, { status, text: data }, settings.redact)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`it sent what is no JSON: ${text.slice(0, 100)}`)
  }
}

function failureFrom(error: unknown, { server, request, settings, deadline }: Call): Error {
  if (request.signal?.aborted === true) {
    return new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: request.signal.reason })
  }
  if (error instanceof AttemptFailure) return error
  const words = settings.redact(deadline.missed ?? wordsOf(error))
  const lost = new SpeculationError('ERR_ENGINE_LOST', `${server.url}: ${words}`, { details: { url: server.url } })
  return new AttemptFailure(lost, { mayPass: true, isFault: true })
}

/** Node tells the attempts at several addresses of one name together, and says little in the message. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
