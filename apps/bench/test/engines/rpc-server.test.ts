import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { startLlamaServer } from '../../src/end-to-end/llama-server.js'
import { greedyText } from '../model/greedy-text.js'

const { llamaServer, rpcServer } = inject('engines')
const workers: { readonly child: ChildProcess; readonly port: number; readonly output: () => string }[] = []

beforeAll(async () => {
  for (const _ of [0, 1]) workers.push(await startWorker())
})
afterAll(() => {
  for (const { child } of workers) child.kill('SIGKILL')
})

async function startWorker() {
  const port = await freePort()
  const child = spawn(rpcServer, ['--host', '127.0.0.1', '--port', `${port}`, '--threads', '1'])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk
    })
  }
  for (let waitedMs = 0; !(await answers(port)); waitedMs += 50) {
    if (waitedMs > 30_000 || child.exitCode !== null) throw new Error(`ggml-rpc-server does not listen: ${text}`)
    await sleep(50)
  }
  return { child, port, output: () => text }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function answers(port: number): Promise<boolean> {
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

it('two ggml-rpc-servers serve a model that is split between them', async () => {
  const model = fixtureModels.base.q8_0
  const addresses = workers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  // Every layer on the workers, half on each.
  const args = ['--rpc', addresses, '--gpu-layers', '99', '--split-mode', 'layer', '--tensor-split', '1,1', '--verbose']
  await using split = await startLlamaServer({ path: llamaServer, model, threads: 1, contextTokens: 512, args })
  await using whole = await loadModel(model, { threads: 1 })
  const prompt = whole.tokenize(fixturePrompts.find(({ id }) => id === 'quote-wall')?.text ?? '', { special: true })
  const answer = await split.complete(prompt, 24)
  const expected = await greedyText(whole, prompt, { maxTokens: 24 })

  expect(Array.from(answer.tokens)).toEqual(expected.tokens)
  for (const { output } of workers) expect(output()).toContain('Accepted client connection')
})
