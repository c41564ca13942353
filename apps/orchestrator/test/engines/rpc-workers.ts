import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** `ggml-rpc-server` processes under way, killed on disposal. */
export interface RpcWorkers extends AsyncDisposable {
  /** As `host:port`. */
  readonly addresses: readonly string[]
  /** What each has written. */
  readonly said: readonly (() => string)[]
}

/** Starts as many on free ports, and waits until they listen. */
export async function startRpcWorkers(program: string, count: number): Promise<RpcWorkers> {
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(program)))
  return {
    addresses: workers.map(({ port }) => `127.0.0.1:${port}`),
    said: workers.map(({ said }) => said),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map(({ child }) => ended(child)))
    },
  }
}

async function startWorker(program: string) {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  await listener[Symbol.asyncDispose]()
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port), '--threads', '1'])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      text += bytes
    })
  }
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`ggml-rpc-server ended: ${text}`)
    await sleep(50)
  }
  return { child, port, said: () => text }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
