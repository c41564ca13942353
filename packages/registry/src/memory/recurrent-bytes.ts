import { keepsRecurrentState } from '../facts/architectures.js'
import type { ModelMetadata } from '../facts/model-metadata.js'
import type { GgufTensor } from '../gguf/gguf-header.js'
import { layerIn } from './layer-in.js'

const stateTensors = /^(?:ssm_\w+|shortconv\.\w+|time_mix_\w+)\./

/** `n_embd_r` and `n_embd_s` of llama-hparams.cpp, in F32, over the layers that have such tensors. */
export function recurrentBytes(metadata: ModelMetadata, tensors: readonly GgufTensor[]): number {
  if (!keepsRecurrentState(metadata.architecture)) return 0
  const layers = new Set(tensors.map(({ name }) => layerIn(name, stateTensors)))
  layers.delete(undefined)
  return layers.size * 4 * stateLength((name) => metadata.number(name) ?? 0)
}

function stateLength(number: (name: string) => number): number {
  const embedding = number('embedding_length')
  if (number('wkv.head_size') > 0) return embedding * ((number('token_shift_count') || 2) + number('wkv.head_size'))
  if (number('shortconv.l_cache') > 0) return embedding * (number('shortconv.l_cache') - 1)
  const kernel = number('ssm.conv_kernel')
  const linearHead = number('kda.head_dim')
  if (linearHead > 0) {
    const heads = number('attention.head_count')
    return 3 * (kernel > 0 ? kernel - 1 : 3) * heads * linearHead + linearHead ** 2 * heads
  }
  const [inner, state] = [number('ssm.inner_size'), number('ssm.state_size')]
  return Math.max(0, kernel - 1) * (inner + 2 * number('ssm.group_count') * state) + state * inner
}
