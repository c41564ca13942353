import { SpeculationError } from '@foretoken/contract'
import type { MachineFacts } from '../machine/machine-facts.js'
import type { LaunchModel } from '../plans/launch-model.js'
import type { Exported, ExportTarget } from './exported.js'
import { exportGpuStack } from './gpustack.js'
import { exportLlamaSwap, type LlamaSwapOptions } from './llama-swap.js'
import { exportRpcCluster, type RpcWorker } from './rpc-cluster.js'
import { exportSglang } from './sglang.js'
import { exportVllm } from './vllm.js'

/** Options of {@link exportConfiguration}. */
export interface ExportConfigurationOptions extends LlamaSwapOptions {
  /**
   * Machines that hold part of the weights; only llama.cpp's RPC has them.
   * @defaultValue none
   */
  readonly workers?: readonly RpcWorker[]
}

/** The programs that configurations are written for. */
export const exportTargets: readonly ExportTarget[] = ['vllm', 'sglang', 'llama-swap', 'gpustack', 'llama.cpp-rpc']

/** Writes how another program runs these models, and says what it does otherwise. */
export function exportConfiguration(
  target: ExportTarget,
  models: readonly LaunchModel[],
  machine: MachineFacts,
  options: ExportConfigurationOptions = {},
): Exported {
  const { workers = [] } = options
  switch (target) {
    case 'vllm':
      return exportVllm(models)
    case 'sglang':
      return exportSglang(models)
    case 'llama-swap':
      return exportLlamaSwap(models, machine, options)
    case 'gpustack':
      return exportGpuStack(models, machine)
    case 'llama.cpp-rpc':
      return exportRpcCluster(models, machine, workers)
    default:
      throw new SpeculationError(
        'ERR_OPTION_INVALID',
        `the target must be one of ${exportTargets.join(', ')}, got ${JSON.stringify(target)}`,
      )
  }
}
