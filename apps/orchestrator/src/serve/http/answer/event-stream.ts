import type { ServerResponse } from 'node:http'
import { SpeculationError } from '@foretoken/contract'
import type { Call } from '../call.js'

/** A body of server-sent events (WHATWG HTML, 9.2) that is written no faster than it is read. */
export interface EventStream extends Disposable {
  /** Whether the head is sent, so that nothing but the body can be said any more. */
  readonly isOpen: boolean
  /** Resolves when there is room for more; throws when the client is gone or leaves the stream unread for too long. */
  write(frames: string): Promise<void>
  /** Sends a comment, unless the client has something to read already. */
  comment(text: string): void
}

/** Answers a call with events; the head is sent with the first of them. */
export function eventStream(call: Call): EventStream {
  const { reply, signal } = call
  let isOpen = false
  const response = reply.raw
  const open = () => {
    signal.throwIfAborted()
    if (isOpen) return
    isOpen = true
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200, streamHeaders)
  }
  return {
    get isOpen() {
      return isOpen
    },
    async write(frames) {
      open()
      if (!response.write(frames)) await drained(call, response)
    },
    comment(text) {
      if (signal.aborted || response.writableNeedDrain) return
      open()
      response.write(`: ${text.replace(/[\r\n]+/g, ' ')}\n\n`)
    },
    [Symbol.dispose]() {
      // What an unread socket still holds would keep it open for as long as its client likes.
      if (isOpen && response.writableNeedDrain) response.destroy()
      else if (isOpen) response.end()
    },
  }
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies of the nginx kind would collect the answer first.
  'x-accel-buffering': 'no',
}

function drained({ signal, abort, house }: Call, response: ServerResponse): Promise<void> {
  const { stallMs } = house.limits
  return new Promise((resolve, reject) => {
    const onDrain = () => settle(resolve)
    const onAbort = () => settle(() => reject(signal.reason))
    const timer = setTimeout(() => abort(stalled(stallMs)), stallMs)
    function settle(finish: () => void): void {
      clearTimeout(timer)
      response.off('drain', onDrain)
      signal.removeEventListener('abort', onAbort)
      finish()
    }
    response.on('drain', onDrain)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}

function stalled(stallMs: number): SpeculationError {
  return new SpeculationError('ERR_ABORTED', `the client left its stream unread for ${stallMs} ms`)
}

/** An event whose data is JSON; `name` is left out where the dialect has no names. */
export function eventFrame(data: unknown, name?: string): string {
  const line = `data: ${JSON.stringify(data)}\n\n`
  return name === undefined ? line : `event: ${name}\n${line}`
}
