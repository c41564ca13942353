import type { OutputStream } from '../host.js'
import type { ProgressLine } from '../progress-line.js'
import { bytesText, seconds } from './pool/pool-errors.js'
import type { HouseEvent } from './service/house-service.js'

/** How events are logged. */
export interface ServeLogOptions {
  /** JSON Lines instead of sentences. */
  readonly json: boolean
  /** Wiped before a line is written. */
  readonly progress: ProgressLine
}

/** Writes what happens to models, one line each; nothing of what is asked or answered is ever in it. */
export function serveLog(stream: OutputStream, { json, progress }: ServeLogOptions): (event: HouseEvent) => void {
  return (event) => {
    progress.clear()
    const at = new Date().toISOString()
    stream.write(json ? `${JSON.stringify({ at, ...event })}\n` : `${at.slice(11, 19)} ${sentence(event)}\n`)
  }
}

function sentence(event: HouseEvent): string {
  switch (event.kind) {
    case 'loaded':
      return `${event.model} is loaded: ${bytesText(event.bytes)} in ${seconds(event.ms)}`
    case 'evicted':
      return `${event.model} is unloaded: ${event.reason}`
    case 'failed':
      return `${event.model} could not be loaded: ${event.message}; not tried for ${seconds(event.retryMs)}`
    case 'engine':
      return `${event.model}: ${event.event.message}`
    case 'escalated':
      return `request ${event.request}: ${event.model} is not taken: ${event.reason}`
    case 'not-stored':
      return `a request could not be written to the state: ${event.message}`
  }
}
