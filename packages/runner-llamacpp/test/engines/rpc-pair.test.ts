import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { llamaServer, loadModel, upstream } from '../../src/index.js'

const { llamaServer: program, rpcServer } = inject('engines')
const workers: { readonly child: ChildProcess; readonly port: number; readonly said: () => string }[] = []

beforeAll(async () => {
  for (const _ of [0, 1]) workers.push(await startWorker())
})
afterAll(() => {
  for (const { child } of workers) child.kill('SIGKILL')
})

async function startWorker() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  await listener[Symbol.asyncDispose]()
  const child = spawn(rpcServer, ['--host', '127.0.0.1', '--port', String(port), '--threads', '1'])
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
  const connected = once(socket, 'connect').then(
    () => true,
    () => false,
  )
  const answer = await connected
  socket.destroy()
  return answer
}

test('a model that is split over two rpc-servers writes what it writes in this process', async () => {
  const addresses = workers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const model = fixtureModels.base.q8_0
  const split = ['--rpc', addresses, '--gpu-layers', '99', '--split-mode', 'layer', '--tensor-split', '1,1']
  await using server = await llamaServer({
    command: [program, '--model', model, '--threads', '1', '--ctx-size', '256', '--parallel', '1', ...split],
  })
  const { url, apiKey } = await server.ready()
  using client = upstream({ servers: [{ baseUrl: url, apiKey }] })
  const prompt = 'def total(values):'
  const answer = await client.post('completion', { prompt, n_predict: 24, temperature: 0 })

  await using here = await loadModel(model, { threads: 1 })
  await using target = await here.openTarget()
  await using session = await target.open(here.tokenize(prompt))
  const decoder = here.textDecoder()
  let text = ''
  for (let i = 0; i < 24; i++) {
    const { next, end } = await session.verify(new Int32Array())
    if (end) break
    text += decoder.push(Int32Array.of(next))
  }
  expect(answer).toMatchObject({ content: text })
  for (const { said } of workers) expect(said()).toContain('Accepted client connection')
})
