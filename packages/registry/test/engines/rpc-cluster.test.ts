import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fixtureModels } from '@foretoken/fixtures'
import { expect, inject, it } from 'vitest'
import { rpcCluster } from '../../src/exports/rpc-cluster.js'
import { machineOf } from '../launch-models.js'
import { freePort } from './free-port.js'
import { readHelp } from './program-help.js'
import { startProgram } from './start-program.js'

const { llamaServer, rpcServer } = inject('engines')
const machine = machineOf({ logicalCores: 1, physicalCores: 1 })

it('has only options that ggml-rpc-server knows', async () => {
  const { stderr, stdout } = await promisify(execFile)(rpcServer, ['--help'])
  const help = readHelp(stdout + stderr)
  const workers = [{ host: '127.0.0.1', port: 50_052, threads: 2 }]
  const [command = []] = rpcCluster({ name: 'a', path: '/a.gguf' }, machine, workers).workers
  expect(help.faultsOf(command.slice(1))).toEqual([])
  expect(help.faultsOf(['--mem', '4'])).toHaveLength(2)
})

it('answers over two processes', async () => {
  const port = await freePort()
  const model = {
    name: 'base',
    path: fixtureModels.base.q8_0,
    host: '127.0.0.1',
    port,
    contextTokens: 256,
    sequences: 1,
  }
  const workers = [{ host: '127.0.0.1', port: await freePort(), threads: 1 }]
  const cluster = rpcCluster(model, machine, workers)
  await using worker = startProgram([rpcServer, ...(cluster.workers[0] ?? []).slice(1)])
  await worker.listening(workers[0]?.port ?? 0)
  await using server = startProgram([llamaServer, ...cluster.server.slice(1)])
  await server.ready(`http://127.0.0.1:${port}`)
  const body = JSON.stringify({ prompt: 'one two', n_predict: 4, temperature: 0 })
  const response = await fetch(`http://127.0.0.1:${port}/completion`, { method: 'POST', body })
  expect(await response.json()).toMatchObject({ tokens_predicted: 4 })
})
