import type { LlamaServerEvent } from '@foretoken/runner-llamacpp'
import type { EngineLogEvent } from '../serving-engine.js'

/** What the log says of a llama-server; of its own lines, errors only. */
export function serverLogEvent(event: LlamaServerEvent): EngineLogEvent | undefined {
  if (event.kind === 'started') {
    const { pid, url, startMs } = event
    return { kind: 'started', message: `llama-server ${pid} answers at ${url} after ${Math.round(startMs)} ms` }
  }
  if (event.kind === 'died') {
    const then = event.restarts ? 'it is started again' : 'it stays down until a request asks for it'
    return { kind: 'died', message: `llama-server ${event.reason}; ${then}` }
  }
  const [, words] = /^\d+(?:\.\d+){3} E (.*)/.exec(event.line) ?? []
  return words === undefined ? undefined : { kind: 'log', message: `llama-server: ${words}` }
}

/** Why a server drafts nothing although it was told to, from what it complained of. */
export function missedDrafts(complaints: readonly string[]): string | undefined {
  const failed = complaints.find((line) => /failed to initialize speculative|target and draft vocabs/.test(line))
  if (failed === undefined) return undefined
  return `llama-server left its draft model out: ${complaints.find((line) => / must /.test(line)) ?? failed}`
}
