import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A program under way, killed on disposal. */
export interface StartedProgram extends AsyncDisposable {
  /** Resolves when it answers over HTTP; rejects with its words when it ends before. */
  ready(url: string): Promise<void>
  /** Resolves when it listens on a port of the loopback interface. */
  listening(port: number): Promise<void>
}

/** Starts a command without a shell. */
export function startProgram([program = '', ...args]: readonly string[]): StartedProgram {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const until = async (answers: () => Promise<boolean>): Promise<void> => {
    while (child.exitCode === null && child.pid !== undefined) {
      if (await answers()) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${program} ended: ${said}`)
  }
  const isHealthy = async (url: string): Promise<boolean> => (await fetch(`${url}/health`)).ok
  return {
    ready: (url) => until(() => isHealthy(url).catch(() => false)),
    listening: (port) => until(() => isOpen(port).catch(() => false)),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } finally {
    socket.destroy()
  }
}
