import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A `foretoken serve` of its own, as it is built. */
export interface ServeProcess extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  readonly url: string
}

const program = fileURLToPath(new URL('../../../orchestrator/dist/cli.js', import.meta.url))

/** Starts `foretoken serve` at a free port; what it says is told when it does not come up. */
export async function startServe(model: string): Promise<ServeProcess> {
  const args = [program, 'serve', model, '--port', '0', '--threads', '1', '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const log: string[] = []
  child.stderr.on('data', (chunk) => log.push(String(chunk)))
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit')])
  if (typeof line !== 'string') throw new Error(`foretoken serve ended at its start:\n${log.join('')}`)
  const { url } = JSON.parse(line) as { url: string }
  return { url, [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await exit
  clearTimeout(timer)
}
