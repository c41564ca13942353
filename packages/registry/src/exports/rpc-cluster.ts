import { assertInteger } from '@foretoken/contract'
import type { MachineFacts } from '../machine/machine-facts.js'
import type { LaunchModel } from '../plans/launch-model.js'
import { assertAddress, planLaunch } from '../plans/plan-launch.js'
import { shellWords } from '../plans/shell-words.js'
import type { Exported } from './exported.js'

/** A machine that holds part of the weights. */
export interface RpcWorker {
  /** Address at which the main machine reaches it. */
  readonly host: string
  readonly port: number
  /** Its cores. */
  readonly threads?: number
}

/** Commands of a cluster: one for each worker, one for the machine that answers. */
export interface RpcCluster {
  readonly workers: readonly (readonly string[])[]
  readonly server: readonly string[]
}

/** How llama.cpp runs one model on several machines. Throws `ERR_OPTION_INVALID` for a bad address. */
export function rpcCluster(model: LaunchModel, machine: MachineFacts, workers: readonly RpcWorker[]): RpcCluster {
  for (const { host, port, threads = 1 } of workers) {
    assertAddress(`${host}:${port}`)
    assertInteger('threads', threads, { min: 1, max: 4096 })
  }
  const rpcServers = workers.map(({ host, port }) => `${host}:${port}`)
  return {
    workers: workers.map(({ host, port, threads }) => [
      ...['ggml-rpc-server', '--host', host, '--port', String(port), '--cache'],
      ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ]),
    server: planLaunch(model, machine, { engine: 'llama-server', rpcServers }).command,
  }
}

/** A script for each worker and one for the machine that answers. */
export function exportRpcCluster(
  models: readonly LaunchModel[],
  machine: MachineFacts,
  workers: readonly RpcWorker[],
): Exported {
  const clusters = models.map((model) => ({ model, ...rpcCluster(model, machine, workers) }))
  const script = (command: readonly string[]) => `#!/bin/sh\nexec ${shellWords(command)}\n`
  const [first] = clusters
  return {
    files: [
      ...(first?.workers ?? []).map((command, index) => ({ name: `rpc-worker-${index}.sh`, text: script(command) })),
      ...clusters.map(({ model, server }) => ({ name: `rpc-server-${model.name}.sh`, text: script(server) })),
    ],
    notes: [
      'ggml-rpc-server asks nobody who they are: let it listen in a network of its own only.',
      'Workers keep large tensors in ~/.cache/llama.cpp/rpc, so that the next start need not send them again.',
      ...(workers.length === 0 ? ['No worker was named: the model runs on one machine.'] : []),
    ],
  }
}
