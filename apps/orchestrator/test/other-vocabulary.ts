import { readFileSync } from 'node:fs'

/** Texts of tokens that llama.cpp does not compare. */
const uncomparedTokens = 5

/** The bytes of a GGUF file with the text of its first compared token changed: one that cannot draft for the original. */
export function otherVocabulary(path: string): Buffer {
  const bytes = readFileSync(path)
  const key = 'tokenizer.ggml.tokens'
  // Behind the key: the type of the value and of its elements, four bytes each, and their number.
  let at = bytes.indexOf(key) + key.length + 16
  for (let token = 0; token < uncomparedTokens; token++) at += 8 + Number(bytes.readBigUInt64LE(at))
  const text = at + 8
  bytes[text] = bytes[text] === 0x21 ? 0x22 : 0x21
  return bytes
}
