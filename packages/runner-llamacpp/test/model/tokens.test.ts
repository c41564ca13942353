import { fixtureModels, fixturePrompts, renderChatMl } from '@foretoken/fixtures'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type ChatMessage, loadModel, loadTokenizer } from '../../src/index.js'

const names = ['<|im_start|>', '<|im_end|>', '<|endoftext|>']

describe.each(['base', 'hybrid'] as const)('tokens of the %s model', async (name) => {
  const model = await loadModel(fixtureModels[name].q8_0, { threads: 1 })
  afterAll(() => model[Symbol.asyncDispose]())
  const [imStart, imEnd, endOfText] = [4094, 4095, 4093]
  const specials: readonly number[] = [imStart, imEnd, endOfText]

  const texts = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(...names, '\uFEFF', '\0', '\r\n'),
      ),
    )
    .map((pieces) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(pieces.join(''))))

  test('any text comes back from its tokens, however they are pushed', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), async (text, sizes) => {
        const tokens = model.tokenize(text)
        const decoder = model.textDecoder()
        expect(decoder.push(tokens) + decoder.end()).toBe(text)
        expect(Buffer.concat(Array.from(tokens, (token) => model.tokenBytes(token))).equals(Buffer.from(text))).toBe(
          true,
        )
        let piecewise = ''
        for (let start = 0, index = 0; start < tokens.length; index++) {
          const end = start + (sizes[index % sizes.length] ?? 1)
          piecewise += decoder.push(tokens.subarray(start, end))
          start = end
        }
        expect(piecewise + decoder.end()).toBe(text)
      }),
    )
  })

  test('a text holds special tokens only where they are asked for', () => {
    for (const [index, token] of [imStart, imEnd, endOfText].entries()) {
      const text = `a${names[index]}b`
      expect([...model.tokenize(text)].some((id) => specials.includes(id))).toBe(false)
      expect([...model.tokenize(text, { special: true })].filter((id) => specials.includes(id))).toEqual([token])
    }
    expect(model.tokenize('')).toEqual(new Int32Array(0))
  })

  test('the tokenizer alone gives the same tokens', async () => {
    await using tokenizer = await loadTokenizer(fixtureModels[name].q8_0)
    const { path, fileBytes, vocabularySize, tokenizerFingerprint } = model.facts
    expect(tokenizer.facts).toEqual({ path, fileBytes, vocabularySize, tokenizerFingerprint })
    for (const special of [false, true])
      for (const { text } of fixturePrompts)
        expect(tokenizer.tokenize(text, { special })).toEqual(model.tokenize(text, { special }))
  })

  test('special tokens have no text', () => {
    const decoder = model.textDecoder()
    expect(decoder.push(model.tokenize('a<|im_end|>b', { special: true }))).toBe('ab')
    expect(() => decoder.push(Int32Array.of(4096))).toThrow('from 0 to 4095')
    const showing = model.textDecoder({ shown: ['<|im_end|>', '<|no_token|>'] })
    expect(showing.push(model.tokenize('<|im_start|>a<|im_end|>b', { special: true }))).toBe('a<|im_end|>b')
  })

  test('a conversation is what the template makes of it', () => {
    const prompts = fixturePrompts.filter(({ messages }) => messages.every(({ role }) => role !== 'tool'))
    expect(prompts.length).toBeGreaterThan(10)
    for (const { text, messages } of prompts) {
      expect(model.chatPrompt(messages as ChatMessage[])).toEqual(model.tokenize(text, { special: true }))
    }
  })

  test('no message ends its own turn', async () => {
    const roles = fc.constantFrom('system', 'user', 'assistant')
    const messages = fc.array(fc.record({ role: roles, content: texts }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(messages, async (turns) => {
        const tokens = model.chatPrompt(turns)
        const expected = [...turns.flatMap(() => [imStart, imEnd]), imStart]
        expect([...tokens].filter((id) => specials.includes(id))).toEqual(expected)
        // Without its special tokens the prompt is the template's text without their names.
        const decoder = model.textDecoder()
        const text = decoder.push(tokens) + decoder.end()
        const blank = turns.map(({ role }) => ({ role, content: '' }))
        const frame = names.reduce((rest, special) => rest.replaceAll(special, ''), renderChatMl(blank))
        expect(text.length).toBe(frame.length + turns.reduce((sum, { content }) => sum + content.length, 0))
      }),
    )
  })
})

test('one BOS token comes first where the metadata ask for it', async () => {
  const begin = 4093
  const metadataOverrides = { tokenizer: { 'ggml.bos_token_id': begin, 'ggml.add_bos_token': true } }
  await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1, metadataOverrides })
  await using plain = await loadModel(fixtureModels.base.q8_0, { threads: 1 })
  expect([...model.tokenize('a b')]).toEqual([begin, ...plain.tokenize('a b')])
  expect([...model.tokenize('<|endoftext|>a', { special: true })]).toEqual([begin, ...plain.tokenize('a')])
  const messages = [{ role: 'user', content: '<|endoftext|>' }] as const
  expect([...model.chatPrompt(messages)]).toEqual([begin, ...plain.chatPrompt(messages)])
})
