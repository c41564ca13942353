import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A `llama-server` under way, killed on disposal. */
export interface LlamaServer extends AsyncDisposable {
  /** Up to the version, as `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string
}

/** Starts `llama-server` with a model on a free port, and waits until it answers. */
export async function startLlamaServer(
  path: string,
  model: string,
  args: readonly string[] = [],
): Promise<LlamaServer> {
  const port = await freePort()
  const fixed = ['--host', '127.0.0.1', '--port', String(port), '--threads', '1', '--parallel', '1', '--no-webui']
  const child = spawn(path, ['--model', model, ...fixed, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  const ended = once(child, 'close')
  const origin = `http://127.0.0.1:${port}`
  const isHealthy = (): Promise<boolean> =>
    fetch(`${origin}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isHealthy())) {
    if (child.exitCode !== null) throw new Error(`llama-server ended with ${child.exitCode}: ${said}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    baseUrl: `${origin}/v1`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
