import type { EngineEvent } from '@foretoken/runner-llamacpp'
import type { EngineLogEvent } from '../serving-engine.js'

/** What the log says of an engine process. */
export function logEventOf(event: EngineEvent): EngineLogEvent {
  if (event.kind === 'started') {
    return { kind: 'started', message: `process ${event.pid} is up after ${Math.round(event.startMs)} ms` }
  }
  const { signal, exitCode, words } = event.death
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal
  const last = words === '' ? '' : ` (${words})`
  return { kind: 'died', message: `the engine ended by ${how}${last} over ${event.openRequests} open requests` }
}
