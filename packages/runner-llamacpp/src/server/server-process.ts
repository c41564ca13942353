import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { SpeculationError } from '@foretoken/contract'
import { throwIfAborted } from '../throw-if-aborted.js'
import { endGroup, endsWithin, guardProcessGroup } from './process-guard.js'
import { addressedCommand, programName, type ServerCommand, serverEnvironment } from './server-command.js'
import { type ServerDeath, serverFailure } from './server-failure.js'
import { ServerLog } from './server-log.js'

/** One llama-server process. */
export interface ServerProcess {
  readonly pid: number | undefined
  readonly log: ServerLog
  /** Never rejects. */
  readonly ended: Promise<ServerDeath>
  /** Where it answers, once its model is loaded. Rejects with the reason why it never will. */
  answers(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<string>
  /** Asks it to end, then makes it. */
  stop(timeoutMs: number): Promise<void>
}

/** How a process is started. */
export interface StartServerOptions extends ServerCommand {
  readonly port: number
  readonly apiKey: string
  readonly onLine: (line: string) => void
}

const pollMs = 50

/** Starts a server in a process group of its own, which ends when this process does. */
export function startServer({ command, environment = {}, port, apiKey, onLine }: StartServerOptions): ServerProcess {
  const [program, ...args] = addressedCommand(command, port)
  let url: string | undefined
  const log = new ServerLog((line) => {
    url ??= addressIn(line)
    onLine(line)
  })
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: serverEnvironment(apiKey, environment),
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', log.stream())
  const { pid } = child
  const guard = pid === undefined ? undefined : guardProcessGroup(pid)
  let death: ServerDeath | undefined
  const ended = new Promise<ServerDeath>((resolve) => {
    const end = (how: ServerDeath): void => {
      death ??= how
      guard?.[Symbol.dispose]()
      resolve(death)
    }
    child.once('error', (spawnError) => end({ exitCode: null, signal: null, spawnError }))
    // Not `exit`: by then the pipes may still hold its last words.
    child.once('close', (exitCode, signal) => end({ exitCode, signal }))
  })
  const name = programName(command)
  return {
    pid,
    log,
    ended,
    async answers({ timeoutMs, signal }) {
      const endMs = performance.now() + timeoutMs
      for (;;) {
        throwIfAborted(signal)
        if (death !== undefined) throw serverFailure(name, death, log)
        if (url !== undefined && (await isHealthy(url))) return url
        if (performance.now() > endMs) throw tooSlow(name, timeoutMs, log)
        await Promise.race([sleep(pollMs), ended])
      }
    },
    async stop(timeoutMs) {
      if (pid === undefined || death !== undefined) return
      endGroup(pid, 'SIGTERM')
      if (await endsWithin(ended, timeoutMs)) return
      endGroup(pid, 'SIGKILL')
      await ended
    },
  }
}

/** Where a line says that it listens, in today’s words of llama-server or in its older ones. */
export function addressIn(line: string): string | undefined {
  const [, host, port] = /server is listening, hostname: (\S+), port: ([1-9]\d*)/.exec(line) ?? []
  return host === undefined ? /listening on (http:\/\/[^\s,]+)/.exec(line)?.[1] : `http://${host}:${port}`
}

/** Health alone asks for no key; the address is from the server's own words, so that nobody else answers in its place. */
async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

function tooSlow(name: string, timeoutMs: number, log: ServerLog): SpeculationError<'ERR_ENGINE_LOST'> {
  const message = `${name} does not answer after ${timeoutMs / 1000} s; its last words: ${log.lines.at(-1) ?? 'none'}`
  return new SpeculationError('ERR_ENGINE_LOST', message, { details: { log: log.lines.slice(-20) } })
}
