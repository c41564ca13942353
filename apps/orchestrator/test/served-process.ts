import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A `foretoken serve` that runs. */
export interface ServedProcess extends AsyncDisposable {
  readonly url: string
  readonly child: ChildProcess
  /** Lines of its log so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** Sends a signal and waits for the end: the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>
}

/** Starts the built program with `--json` on a free port. */
export async function servedProcess(args: readonly string[]): Promise<ServedProcess> {
  const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: Record<string, unknown>[] = []
  let words = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>)
    else words += `${line}\n`
  })
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const ended = once(child, 'exit').then(() => {
    throw new Error(`serve ended before it listened: ${words}`)
  })
  const [line] = await Promise.race([first, ended])
  ended.catch(() => {})
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const over = once(child, 'exit')
      child.kill(signal)
      await over
    }
    return child.exitCode ?? child.signalCode
  }
  return {
    url: (JSON.parse(line) as { url: string }).url,
    child,
    log,
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}
