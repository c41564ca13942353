import type { RoutedEvent, RoutedRequest } from '../../serving-service.js'
import { type Call, requestOptions } from '../call.js'
import { observed } from '../house/observed.js'
import type { AnswerWriter } from './dialect.js'
import { type EventStream, eventStream } from './event-stream.js'
import { brokenOff, foldEvents } from './serving-fold.js'
import { untilAborted } from './until-aborted.js'

/** A request and how it wants to be answered. */
export interface AnswerPlan {
  readonly request: RoutedRequest
  readonly stream: boolean
  readonly writer: AnswerWriter
}

/** Has an answer written, and returns it; streams it where that is wanted. */
export async function generateAnswer(call: Call, { request, stream, writer }: AnswerPlan): Promise<unknown> {
  const { service } = call.house
  const events = observed(
    untilAborted(service.generate({ ...request, whole: !stream }, requestOptions(call)), call.signal),
    call,
  )
  if (stream) return await streamAnswer(call, events, writer)
  return writer.answer(await foldEvents(events, request.model))
}

/** Before the first frame a failure still has a status of its own, so nothing is sent until there is something to say. */
async function streamAnswer(call: Call, events: AsyncIterable<RoutedEvent>, writer: AnswerWriter): Promise<unknown> {
  using stream = eventStream(call)
  using heart = heartbeat(call.house.limits.heartbeatMs, stream)
  try {
    let ended = false
    for await (const event of events) {
      heart.says(waiting(event))
      const frames = writer.frames(event)
      if (frames !== '') {
        heart.rests()
        await stream.write(frames)
      }
      ended = event.kind === 'end'
    }
    if (!ended) throw brokenOff()
  } catch (error) {
    if (!stream.isOpen) throw error
    call.notes.failure = error
    call.reply.raw.write(writer.failure(error))
  }
  return call.reply
}

function waiting(event: RoutedEvent): string {
  if (event.kind === 'queued') return `queued ${event.position}`
  if (event.kind === 'loading') return `loading ${event.model} ${Math.round(event.rate * 100)} %`
  return 'working'
}

interface Heart extends Disposable {
  /** Changes what the next beat says. */
  says(comment: string): void
  /** Puts the next beat off, since something was sent. */
  rests(): void
}

/** Shows that a silent stream lives, to clients and proxies that give up on silence. */
function heartbeat(beatMs: number, stream: EventStream): Heart {
  let comment = 'waiting'
  const timer = setInterval(() => stream.comment(comment), beatMs)
  return {
    says: (next) => {
      comment = next
    },
    rests: () => void timer.refresh(),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
