import { SpeculationError } from '@foretoken/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ServerCommand } from './server-command.js'
import type { ServerDeath } from './server-failure.js'
import { ServerLog } from './server-log.js'
import type { ServerProcess } from './server-process.js'
import { type LlamaServerEvent, ServerSupervisor } from './server-supervisor.js'

interface ScriptedProcess extends ServerProcess {
  readonly command: ServerCommand
  readonly stopped: boolean
  die(signal?: string): void
}

/** Processes that do as a test says: `outcomes[i]` is what start i comes to. */
function scripted(outcomes: readonly ('up' | 'late' | SpeculationError)[]) {
  const started: ScriptedProcess[] = []
  const start = (command: ServerCommand): ServerProcess => {
    const outcome = outcomes[started.length] ?? 'up'
    const index = started.length
    let end: (death: ServerDeath) => void = () => {}
    const ended = new Promise<ServerDeath>((resolve) => {
      end = resolve
    })
    const one = {
      ...{ command, pid: 100 + index, log: new ServerLog(), ended, stopped: false },
      die: (signal = 'SIGKILL') => end({ exitCode: null, signal }),
      async answers() {
        await Promise.resolve()
        if (outcome instanceof SpeculationError) {
          end({ exitCode: 1, signal: null })
          throw outcome
        }
        if (outcome === 'late') await new Promise((resolve) => setTimeout(resolve, 5_000))
        return `http://server-${index}`
      },
      async stop() {
        one.stopped = true
        end({ exitCode: 0, signal: null })
        await ended
      },
    }
    started.push(one)
    return one
  }
  return { start, started }
}

const lost = new SpeculationError('ERR_ENGINE_LOST', 'no memory node')
const unsupported = new SpeculationError('ERR_MODEL_UNSUPPORTED', 'foo')

function supervised(outcomes: Parameters<typeof scripted>[0] = [], more: { readonly mostDeaths?: number } = {}) {
  const { start, started } = scripted(outcomes)
  const events: LlamaServerEvent[] = []
  const settings = { startTimeoutMs: 1_000, stopTimeoutMs: 1_000, mostDeaths: 3, youngMs: 60_000, firstDelayMs: 100 }
  const supervisor = new ServerSupervisor(
    start,
    { ...settings, ...more, onEvent: (event) => events.push(event) },
    { command: ['a'] },
  )
  return { supervisor, started, events }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a server that dies is started again, and who asks meanwhile waits for it', async () => {
  const { supervisor, started, events } = supervised()
  expect(await supervisor.ready()).toBe('http://server-0')
  started[0]?.die()
  await vi.advanceTimersByTimeAsync(0)
  expect(supervisor.url).toBeUndefined()
  const waiting = supervisor.ready()
  await vi.advanceTimersByTimeAsync(100)
  expect(await waiting).toBe('http://server-1')
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'died', 'started'])
  expect(events[1]).toMatchObject({ restarts: true, reason: expect.stringContaining('was killed') })
  await supervisor.close()
  expect(started[1]?.stopped).toBe(true)
})

test('what cannot start the first time is not tried again', async () => {
  const { supervisor, started } = supervised([lost])
  await expect(supervisor.ready()).rejects.toThrow('no memory node')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(started).toHaveLength(1)
})

test('waits get longer, and after too many deaths in a row only a caller starts it', async () => {
  const { supervisor, started, events } = supervised(['up', lost, lost, lost, lost, 'up'], { mostDeaths: 3 })
  await supervisor.ready()
  started[0]?.die()
  await vi.advanceTimersByTimeAsync(100)
  expect(started).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(50)
  expect(started).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(started).toHaveLength(4)
  expect(events.at(-1)).toMatchObject({ kind: 'died', restarts: false })

  const refused = expect(supervisor.ready()).rejects.toThrow('no memory node')
  await vi.advanceTimersByTimeAsync(30_000)
  await refused
  const again = supervisor.ready()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await again).toBe('http://server-5')
})

test('what a restart refuses for good is not tried again', async () => {
  const { supervisor, started } = supervised(['up', unsupported])
  await supervisor.ready()
  started[0]?.die()
  await vi.advanceTimersByTimeAsync(0)
  const waiting = expect(supervisor.ready()).rejects.toMatchObject({ code: 'ERR_MODEL_UNSUPPORTED' })
  await vi.advanceTimersByTimeAsync(60_000)
  await waiting
  expect(started).toHaveLength(2)
})

test('deaths of old age are forgiven', async () => {
  const { supervisor, started, events } = supervised([], { mostDeaths: 1 })
  await supervisor.ready()
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(61_000)
    started.at(-1)?.die()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(started).toHaveLength(6)
  expect(events.filter((event) => event.kind === 'died' && !event.restarts)).toEqual([])
})

test('a restart ends the old one first, takes the new command, and everyone waits for it', async () => {
  const { supervisor, started, events } = supervised()
  await supervisor.ready()
  const restarting = supervisor.restart({ command: ['b'] })
  const asked = supervisor.ready()
  await restarting
  expect(await asked).toBe('http://server-1')
  expect(started.map(({ command }) => command.command)).toEqual([['a'], ['b']])
  expect(started[0]?.stopped).toBe(true)
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'started'])
})

test('a caller that gives up leaves the start alone; closing ends it', async () => {
  const { supervisor, started } = supervised(['late'])
  const caller = new AbortController()
  const asked = supervisor.ready(caller.signal)
  const first = supervisor.ready()
  caller.abort()
  await expect(asked).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await first).toBe('http://server-0')
  await supervisor.close()
  expect(started[0]?.stopped).toBe(true)
  await expect(supervisor.ready()).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
})
