import type { EngineDeath, StartProcess } from '../src/host/engine-process.js'
import type { FromEngine, ToEngine } from '../src/host/host-protocol.js'
import { attachEngine, type CreateEngine } from '../src/host/serve-engine.js'

/** How processes in memory behave. */
export interface MemoryProcessOptions<Request> {
  readonly create: CreateEngine<unknown, Request>
  /** Whether the process dies instead of sending this message: its number of all that any process sent. */
  readonly diesAt?: (message: FromEngine, index: number) => boolean
}

/** Engine processes that are only objects: what they are told and say is cloned, as in a pipe. */
export function memoryProcesses<Request>(options: MemoryProcessOptions<Request>): {
  readonly start: StartProcess
  readonly seen: { started: number; died: number; left: number }
} {
  const { create, diesAt = () => false } = options
  const seen = { started: 0, died: 0, left: 0 }
  let sent = 0
  const start: StartProcess = (listener) => {
    seen.started++
    let dead = false
    let end: (death: EngineDeath) => void = () => {}
    const ended = new Promise<EngineDeath>((resolve) => {
      end = resolve
    })
    const die = (death: EngineDeath) => {
      if (dead) return
      dead = true
      end(death)
    }
    let hear: (message: ToEngine) => void = () => {}
    attachEngine(create, {
      send(message) {
        if (dead) return
        if (!diesAt(message, sent++)) return listener(structuredClone(message))
        seen.died++
        die({ exitCode: null, signal: 'SIGKILL', words: '' })
      },
      listen({ message }) {
        hear = message
      },
      leave() {
        if (!dead) seen.left++
        die({ exitCode: 0, signal: null, words: '' })
      },
    })
    return {
      pid: seen.started,
      send(message) {
        const sentMessage = structuredClone(message)
        queueMicrotask(() => {
          if (!dead) hear(sentMessage)
        })
      },
      kill: () => die({ exitCode: null, signal: 'SIGKILL', words: '' }),
      ended,
    }
  }
  return { start, seen }
}
