import type { Shape } from './shape-faults.js'

// What other programs take, from their own sources: names, types and limits of the fields that the exports use, and of
// their neighbours where a wrong name is likely. Nothing else of those sources is here.

const text: Shape = { type: 'string' }
const flag: Shape = { type: 'boolean' }
const positive: Shape = { type: 'integer', minimum: 1 }
const natural: Shape = { type: 'integer', minimum: 0 }
const texts: Shape = { type: 'array', items: { type: 'string', minLength: 1 } }

/** mostlygeek/llama-swap, config-schema.json, commit 0bdb3720199f530b622a1934c0db89f32c94819c. */
export const llamaSwapShape: Shape = {
  type: 'object',
  required: ['models'],
  properties: {
    models: {
      type: 'object',
      others: {
        type: 'object',
        required: ['cmd'],
        properties: {
          cmd: { type: 'string', minLength: 1 },
          cmdStop: text,
          name: { type: 'string', maxLength: 128 },
          description: { type: 'string', maxLength: 1024 },
          env: { type: 'array', items: { type: 'string', pattern: '^[A-Z_][A-Z0-9_]*=.*$' } },
          proxy: text,
          aliases: texts,
          checkEndpoint: { type: 'string', pattern: '^/.*$|^none$' },
          ttl: { type: 'integer', minimum: -1 },
          useModelName: text,
          concurrencyLimit: natural,
          unlisted: flag,
        },
      },
    },
    groups: {
      type: 'object',
      others: {
        type: 'object',
        required: ['members'],
        properties: { swap: flag, exclusive: flag, persistent: flag, members: texts },
      },
    },
    hooks: {
      type: 'object',
      properties: { on_startup: { type: 'object', properties: { preload: texts } } },
    },
    healthCheckTimeout: { type: 'integer', minimum: 15 },
    startPort: { type: 'integer' },
  },
}

/** gpustack/gpustack, gpustack/schemas/models.py (`ModelCreate`), commit 47277d79f4a5bae12a2d25e9ecbed2a2177a5f2d. */
export const gpuStackShape: Shape = {
  type: 'object',
  // `local_path` is asked for where the source is one.
  required: ['name', 'source', 'local_path'],
  properties: {
    name: text,
    description: text,
    source: { oneOf: ['huggingface', 'model_scope', 'local_path'] },
    local_path: text,
    replicas: natural,
    categories: {
      type: 'array',
      items: { oneOf: ['llm', 'embedding', 'image', 'reranker', 'speech_to_text', 'text_to_speech', 'unknown'] },
    },
    placement_strategy: { oneOf: ['spread', 'binpack'] },
    cpu_offloading: flag,
    // Of gpustack/assets/community-inference-backends.yaml, with its versions.
    backend: { oneOf: ['vLLM', 'VoxBox', 'MindIE', 'SGLang', 'Custom', 'llama.cpp'] },
    backend_version: { oneOf: ['cuda', 'cpu', 'vulkan', 'musa', 'rocm'] },
    backend_parameters: { type: 'array', items: text },
    env: { type: 'object', others: text },
    restart_on_error: flag,
    speculative_config: {
      type: 'object',
      properties: {
        enabled: flag,
        algorithm: { oneOf: ['eagle3', 'mtp', 'ngram'] },
        draft_model: text,
        num_draft_tokens: { type: 'integer' },
      },
    },
  },
}

/** vllm-project/vllm, vllm/engine/arg_utils.py, commit 001999d2f360c2c5da23a916510c273b1a73d06c; `hf-overrides` and the next are JSON. */
export const vllmShape: Shape = {
  type: 'object',
  required: ['model'],
  properties: {
    model: text,
    'served-model-name': texts,
    host: text,
    port: positive,
    'max-model-len': positive,
    'max-num-seqs': positive,
    'hf-overrides': text,
    'speculative-config': text,
  },
}

/** vllm-project/vllm, vllm/config/speculative.py (`SpeculativeConfig`), commit 002e77c1f0ef9b19cff8b9e21cfbd6feb3d6b443. */
export const vllmSpeculationShape: Shape = {
  type: 'object',
  required: ['method', 'num_speculative_tokens'],
  properties: {
    method: {
      oneOf: ['ngram', 'medusa', 'mlp_speculator', 'draft_model', 'suffix', 'eagle', 'eagle3', 'dflash', 'mtp'],
    },
    model: text,
    num_speculative_tokens: positive,
    draft_tensor_parallel_size: positive,
    quantization: text,
    max_model_len: positive,
    prompt_lookup_max: positive,
    prompt_lookup_min: positive,
    suffix_decoding_max_tree_depth: { type: 'integer' },
    use_heterogeneous_vocab: flag,
  },
}

/** sgl-project/sglang, python/sglang/srt/server_args.py (`ServerArgs`), commit 001067fffe33427bee0ed2f007fb7551a1d76b44. */
export const sglangShape: Shape = {
  type: 'object',
  required: ['model_path'],
  properties: {
    model_path: text,
    load_format: { oneOf: ['auto', 'pt', 'safetensors', 'npcache', 'dummy', 'gguf', 'bitsandbytes'] },
    served_model_name: text,
    host: text,
    port: positive,
    context_length: positive,
    max_running_requests: positive,
    // JSON.
    json_model_override_args: text,
    speculative_algorithm: { oneOf: ['EAGLE', 'EAGLE3', 'NEXTN', 'STANDALONE', 'NGRAM', 'DFLASH', 'DSPARK'] },
    speculative_draft_model_path: text,
    speculative_num_steps: positive,
    speculative_eagle_topk: positive,
    speculative_num_draft_tokens: positive,
    speculative_ngram_max_trie_depth: positive,
  },
}
