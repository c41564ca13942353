import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const models = join(import.meta.dirname, '../../../../fixtures/models')

/** Paths of the fixtures. */
export function fixtureModelPaths() {
  return readdirSync(models)
    .filter((name) => name.endsWith('.q8_0.gguf'))
    .map((name) => join(models, name))
}

/** Small headers of every kind of value: a dense model, a mixture, a hybrid, one with windows, and two lists of nothing else. */
export function madeHeaders() {
  const words = Array.from({ length: 200 }, (_, index) => `token ${index}`)
  const vocabulary = (model) => ({
    'tokenizer.ggml.model': model,
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.ggml.tokens': words,
    'tokenizer.ggml.merges': words.map((word) => `${word} x`),
    'tokenizer.ggml.bos_token_id': 3,
    'tokenizer.ggml.eos_token_id': 199,
    'tokenizer.ggml.add_bos_token': true,
    'tokenizer.chat_template': '{% for message in messages %}<tool_call>{{ message }}{% endfor %}',
  })
  const model = (architecture, own, tensors, tokenizer = 'gpt2') => {
    const named = Object.entries(own).map(([name, value]) => [`${architecture}.${name}`, value])
    return gguf(
      { 'general.architecture': architecture, ...Object.fromEntries(named), ...vocabulary(tokenizer) },
      tensors,
    )
  }
  const shape = { block_count: 4, embedding_length: 64, context_length: 2048, 'attention.head_count': 4 }
  const matrices = [
    ['token_embd.weight', 64, 200],
    ['blk.0.attn_k.weight', 64, 32],
    ['output.weight', 64, 200],
  ]
  return [
    model('llama', shape, matrices, 'llama'),
    model('qwen3moe', { ...shape, expert_count: 8, expert_used_count: 2 }, [['blk.0.ffn_up_exps.weight', 64, 32, 8]]),
    model('lfm2', { ...shape, 'attention.head_count_kv': [0, 2, 0, 2], 'shortconv.l_cache': 3 }, [
      ...[
        ['blk.0.shortconv.conv.weight', 3, 64],
        ['blk.1.attn_k.weight', 64, 32],
      ],
    ]),
    model('gemma3', { ...shape, 'attention.sliding_window': 512, 'attention.sliding_window_pattern': 6 }, matrices),
    model('mamba2', { ...shape, 'ssm.conv_kernel': 4, 'ssm.inner_size': 128, 'ssm.state_size': 16 }, []),
    gguf(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key ${index}`, index])), []),
    gguf(
      { 'general.architecture': 'llama' },
      Array.from({ length: 2_000 }, (_, index) => [`blk.${index}.attn_k.weight`, 32]),
    ),
  ]
}

/** Makers of headers nearly as long as one may be, each of nothing but what may take much room once it is read. */
export const denseHeaders = {
  'empty tokens': () => {
    const tokens = Buffer.concat([u32(9), u32(8), u64(3_750_000), Buffer.alloc(30_000_000)])
    return header([named('tokenizer.ggml.model', typed('llama')), named('tokenizer.ggml.tokens', tokens)])
  },
  'lists of bytes': () => header(keys(58_000, Buffer.concat([u32(9), u32(0), u64(512), Buffer.alloc(512, 7)]))),
  'few lists of bytes': () => header(keys(8_000, Buffer.concat([u32(9), u32(0), u64(512), Buffer.alloc(512, 7)]))),
  'lists of large numbers': () =>
    header(keys(7_900, Buffer.concat([u32(9), u32(10), u64(512), Buffer.alloc(4_096, 255)]))),
  'one text': () => header([named('tokenizer.chat_template', typed(wide(32_000_000)))]),
  'many texts': () => header(keys(64_000, typed(wide(470)))),
  texts: () => header(keys(7_900, typed(wide(4_000)))),
  tensors: () => {
    const tensor = (index) => [`blk.${index}.attn_k.weight`.padEnd(63, 'x'), 32, 1, 1, 1]
    return gguf(
      { 'general.architecture': 'llama' },
      Array.from({ length: 16_000 }, (_, index) => tensor(index)),
    )
  },
}

/** A text that takes two bytes a letter in memory and one in a file. */
function wide(length) {
  const bytes = Buffer.alloc(length, 'a')
  bytes.write('\u2603')
  return bytes
}

function named(key, value) {
  return Buffer.concat([text(key), value])
}

function keys(count, value) {
  return Array.from({ length: count }, (_, index) => named(`key ${index}`, value))
}

function header(pairs) {
  const all = [named('general.architecture', typed('llama')), ...pairs]
  return Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(all.length), ...all, Buffer.alloc(64)])
}

function gguf(metadata, tensors) {
  const pairs = Object.entries(metadata).map(([key, value]) => Buffer.concat([text(key), typed(value)]))
  const infos = tensors.map(([name, ...sizes]) =>
    Buffer.concat([text(name), u32(sizes.length), ...sizes.map(u64), u32(0), u64(0)]),
  )
  const start = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(pairs.length)])
  return Buffer.concat([start, ...pairs, ...infos, Buffer.alloc(64)])
}

function typed(value) {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return Buffer.concat([u32(8), text(value)])
  if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.of(Number(value))])
  if (typeof value === 'number') return Buffer.concat([u32(4), u32(value)])
  const isText = typeof value[0] === 'string'
  return Buffer.concat([u32(9), u32(isText ? 8 : 4), u64(value.length), ...value.map(isText ? text : u32)])
}

function text(value) {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
}

function u32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
