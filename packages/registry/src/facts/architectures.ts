import type { RollbackClass } from '@foretoken/contract'
import type { ModelKind } from './model-facts.js'

// llm_arch_is_recurrent of llama-arch.cpp.
const recurrent = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7'])
// llm_arch_is_hybrid.
const hybrid = new Set([
  ...['jamba', 'falcon-h1', 'plamo2', 'granitehybrid', 'lfm2', 'lfm2moe', 'nemotron_h', 'nemotron_h_moe', 'qwen3next'],
  ...['kimi-linear', 'bailingmoe3', 'kimi-k3', 'qwen35', 'qwen35moe', 'qwen4exp', 'deepseek4', 'minimax-01'],
])
// llm_arch_supports_rs_rollback.
const keepingStates = new Set([
  ...['kimi-k3', 'qwen35', 'qwen35moe', 'qwen4exp', 'deepseek4', 'nemotron_h', 'nemotron_h_moe', 'lfm2', 'lfm2moe'],
  'bailingmoe3',
])
// llm_arch_is_diffusion, and those that only embed, translate or speak.
const notContinuing = new Set([
  ...['dream', 'llada', 'llada-moe', 'rnd1', 't5', 't5encoder', 'wavtokenizer-dec', 'qwen3tts', 'pockettts'],
])
const embedding = new Set([
  ...['bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'eurobert'],
  ...['gemma-embedding', 'llama-embed'],
])
const draftHeads = new Set(['eagle3', 'dflash', 'gemma4-assistant'])

/** Every name that a table here knows. */
export const architectureTables: readonly string[] = [
  ...[recurrent, hybrid, keepingStates, notContinuing, embedding, draftHeads].flatMap((table) => [...table]),
]

/** Whether layers of the architecture keep a state that is not one per token. */
export function keepsRecurrentState(architecture: string): boolean {
  return recurrent.has(architecture) || hybrid.has(architecture)
}

/** Whether some of the layers attend to earlier tokens and others keep a state. */
export function isHybrid(architecture: string): boolean {
  return hybrid.has(architecture)
}

/** What a file is, by its architecture and by what it says itself. */
export function kindOf(architecture: string, type: string | undefined): ModelKind {
  if (type === 'adapter') return 'adapter'
  if (type === 'mmproj' || architecture === 'clip') return 'projector'
  if (type === 'vocab') return 'vocabulary'
  if (draftHeads.has(architecture)) return 'draft-head'
  if (embedding.has(architecture)) return 'embedder'
  return notContinuing.has(architecture) || (type !== undefined && type !== 'model') ? 'other' : 'model'
}

/** How rejected tokens leave the state of such a model. */
export function rollbackOf(architecture: string, hasWindow: boolean): RollbackClass {
  if (notContinuing.has(architecture) || embedding.has(architecture) || architecture === 'clip') return 'none'
  if (keepingStates.has(architecture)) return 'bounded'
  if (keepsRecurrentState(architecture)) return 'checkpoint'
  return hasWindow ? 'sliding-window' : 'trim'
}
