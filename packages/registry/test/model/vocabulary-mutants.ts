import { GgufCursor } from '../../src/gguf/gguf-cursor.js'
import { u32, u64 } from '../little-endian.js'
import { type HeaderPair, headerBytes } from '../made-header.js'
import { changedPairs, readPairs } from './header-pairs.js'

/** A vocabulary that differs in one thing. */
export interface Mutant {
  readonly name: string
  /** The mutant that it is compared with beside the vocabulary itself. */
  readonly partner: string | undefined
  readonly bytes: Buffer
}

const space = 'tokenizer.ggml.'

/** Of a vocabulary, so many tokens are kept, and one merge: llama.cpp takes seconds to load 250,000 of each. */
const mostTokens = 8192

/** One mutant per rule of llama.cpp, each a whole GGUF file without tensors. */
export function mutantsOf(file: Buffer, facts: { readonly size: number; readonly type: string }): Mutant[] {
  const size = Math.min(facts.size, mostTokens)
  // By this name llama.cpp would ask for tokens of Phi 3 that were left out.
  const all = readPairs(file).filter(({ key }) => key !== 'general.name')
  const merges = all.some(({ key }) => key === `${space}merges`) ? { merges: texts([Buffer.from('a b')]) } : {}
  const pairs = withChanges(all, { ...listChanges(all, size), ...merges })
  const tokens = readTexts(pairs, 'tokens')
  const make = (name: string, changes: Readonly<Record<string, Buffer>>, partner?: string): Mutant => ({
    name,
    partner,
    bytes: headerBytes(withChanges(pairs, changes)),
  })
  const retyped = facts.type === 'spm' ? 't5' : 'llama'
  const shorter = (count: number) => listChanges(pairs, size - count)
  const longer = (count: number) => listChanges(pairs, size + count)
  const renamed = (first: number, end = first + 1) => ({
    tokens: texts(tokens.map((own, id) => (id >= first && id < end ? Buffer.from(`\u2603 mutant ${id}`) : own))),
  })
  const last = size - 1
  return [
    make('as it is', {}),
    make('another type', { model: text(retyped) }),
    make('BOS before prompts', { add_bos_token: flag(true), bos_token_id: uint32(6) }),
    make('another BOS', { add_bos_token: flag(true), bos_token_id: uint32(7) }, 'BOS before prompts'),
    make('no BOS', { add_bos_token: flag(false), bos_token_id: uint32(6) }, 'BOS before prompts'),
    make('another BOS, put nowhere', { add_bos_token: flag(false), bos_token_id: uint32(7) }, 'no BOS'),
    make('EOS behind prompts', { add_eos_token: flag(true), eos_token_id: uint32(6) }),
    make('another EOS', { add_eos_token: flag(true), eos_token_id: uint32(7) }, 'EOS behind prompts'),
    make('another EOS, put nowhere', { add_eos_token: flag(false), eos_token_id: uint32(7) }),
    make('128 tokens fewer', shorter(128)),
    make('129 tokens fewer', shorter(129), '128 tokens fewer'),
    make('128 tokens more', longer(128)),
    make('129 tokens more', longer(129), '128 tokens more'),
    ...[1, 127].flatMap((count) => [
      make(`${count} tokens fewer, which fits`, shorter(count)),
      make(`${count} tokens more, which fits`, longer(count)),
    ]),
    ...[0, 3].map((token) => make(`another text of token ${token}`, renamed(token), '128 tokens more')),
    make('another PAD', { padding_token_id: uint32(8) }),
    make('another unknown token', { unknown_token_id: uint32(8) }, '128 tokens fewer'),
    make('another text of token 4', renamed(4), '128 tokens more'),
    make('other texts of tokens 0 to 4', renamed(0, 5), 'another text of token 4'),
    make('another text of token 5', renamed(5), 'another text of token 4'),
    // What is last here is behind the last token of a shorter one.
    make('another text of the last token', renamed(last), '128 tokens fewer'),
  ]
}

function readTexts(pairs: readonly HeaderPair[], name: string): Buffer[] {
  const { bytes } = pairs.find(({ key }) => key === space + name) as HeaderPair
  const cursor = new GgufCursor(bytes, { path: 'array', bytes: bytes.length })
  cursor.skip(8)
  return Array.from({ length: cursor.uint64() }, () => {
    const length = cursor.uint64()
    const start = cursor.skip(length)
    return bytes.subarray(start, start + length)
  })
}

/** All lists of the vocabulary with another length. */
function listChanges(pairs: readonly HeaderPair[], size: number): Record<string, Buffer> {
  const tokens = readTexts(pairs, 'tokens')
  const wanted = Array.from({ length: size }, (_, index) => tokens[index] ?? Buffer.from(`\u2603 added ${index}`))
  const changes: Record<string, Buffer> = { tokens: texts(wanted) }
  for (const name of ['scores', 'token_type']) {
    const found = pairs.find(({ key }) => key === space + name)
    if (found !== undefined) changes[name] = resized(found.bytes, size)
  }
  return changes
}

/** A list of four-byte values; the last one is repeated. */
function resized(bytes: Buffer, size: number): Buffer {
  const header = Buffer.from(bytes.subarray(0, 16))
  header.writeBigUInt64LE(BigInt(size), 8)
  const values = bytes.subarray(16)
  const missing = size - values.length / 4
  const rest = Array.from({ length: Math.max(0, missing) }, () => values.subarray(values.length - 4))
  return Buffer.concat([header, values.subarray(0, 4 * size), ...rest])
}

function withChanges(pairs: readonly HeaderPair[], changes: Readonly<Record<string, Buffer>>): HeaderPair[] {
  return changedPairs(pairs, new Map(Object.entries(changes).map(([name, bytes]) => [space + name, bytes])))
}

const flag = (value: boolean) => Buffer.concat([u32(7), Buffer.of(value ? 1 : 0)])
const uint32 = (value: number) => Buffer.concat([u32(4), u32(value)])
const text = (value: string) => Buffer.concat([u32(8), u64(Buffer.byteLength(value)), Buffer.from(value)])
const texts = (values: readonly Buffer[]) =>
  Buffer.concat([u32(9), u32(8), u64(values.length), ...values.flatMap((value) => [u64(value.length), value])])
