import { describe, expect, it } from 'vitest'
import type { Complete, Completion, ImageData } from '../ports.js'
import type { SuitePrompt } from '../suite.js'
import { imageControl } from './image-control.js'
import { loadPackagedSuite, packagedSuiteFolder } from './packaged-suite.js'
import { loadSuiteImages, type SuiteImages } from './suite-images.js'

const { prompts } = await loadPackagedSuite('vl')
const imagesOf = async (prompt: SuitePrompt) => loadSuiteImages(prompt, packagedSuiteFolder())
const textTokens = 40
const imageTokens = 144
const completion = (text: string, promptTokens: number): Completion => ({
  text,
  finish: 'stop',
  toolCalls: [],
  usage: { promptTokens, completionTokens: 8 },
})

/** A server by what it answers to the image that it saw, and by how many tokens it says the prompt had. */
type Server = (seen: ImageData | undefined, sent: ImageData | undefined) => { text: string; tokens: number }

/** Sees: what it says depends on the bytes of the image. */
const honest: Server = (seen) => ({
  text: seen
    ? `I see it.\nAnswer: ${seen.bytes.reduce((sum, byte) => sum + byte, 0)}`
    : 'There is no image.\nAnswer: none',
  tokens: textTokens + (seen ? imageTokens : 0),
})

async function control(prompt: SuitePrompt, images: SuiteImages, server: Server, drops = false) {
  let sentImages = 0
  const complete: Complete = async (_, { images: [sent] = [] }) => {
    if (sent) sentImages++
    const { text, tokens } = server(drops ? undefined : sent, sent)
    return completion(text, tokens)
  }
  const request = { maxTokens: 100 }
  const answer = await complete(prompt.messages, { ...request, images: images.right })
  const result = await imageControl(prompt, images, answer, { complete, request })
  expect(sentImages).toBe(2)
  return result
}

async function first(): Promise<[SuitePrompt, SuiteImages]> {
  const [prompt] = prompts
  if (!prompt) throw new Error('vl has no prompts')
  return [prompt, await imagesOf(prompt)]
}

describe('imageControl', () => {
  it('lets an honest server pass, on every prompt', async () => {
    for (const prompt of prompts) {
      expect(await control(prompt, await imagesOf(prompt), honest)).toMatchObject({ valid: true, faults: [] })
    }
  })

  it('lets an honest server pass that is right', async () => {
    for (const prompt of prompts) {
      const images = await imagesOf(prompt)
      const right = String(prompt.answers.right)
      const server: Server = (seen, sent) =>
        seen === images.right[0] ? { ...honest(seen, sent), text: right } : honest(seen, sent)
      expect((await control(prompt, images, server)).valid).toBe(true)
    }
  })

  it('catches a server that drops images', async () => {
    for (const prompt of prompts) {
      const { valid, faults } = await control(prompt, await imagesOf(prompt), honest, true)
      expect(valid).toBe(false)
      expect(faults).toHaveLength(4)
    }
  })

  it('catches one that drops images and samples, by its counts', async () => {
    let call = 0
    const server: Server = () => ({ text: `Answer: ${call++}`, tokens: textTokens })
    expect((await control(...(await first()), server)).faults).toEqual([
      'the prompt has 40 tokens with the image and without one',
      'the prompt has 40 tokens with a wrong image and without one',
    ])
  })

  it('catches one that drops images and counts them all the same, by its answers', async () => {
    let call = 0
    const server: Server = (_, sent) => ({
      text: `${['I see', 'There are', 'I count'][call++]} shapes.\nAnswer: 7`,
      tokens: textTokens + (sent ? imageTokens : 0),
    })
    expect((await control(...(await first()), server, true)).faults).toEqual([
      'without the image the answer is the same: in what is checked',
      'with a wrong image the answer is the same: in what is checked',
    ])
  })

  it('catches one that passes on the first image only once, and one that answers both rightly in other words', async () => {
    const [prompt, images] = await first()
    const stale: Server = (seen, sent) => ({ ...honest(seen && images.right[0], sent) })
    expect((await control(prompt, images, stale)).faults).toEqual([
      'with a wrong image the answer is the same: word for word',
    ])
    let call = 0
    const guess: Server = (seen, sent) => ({
      ...honest(seen, sent),
      text: ['Answer: 7', 'Answer: about 5', 'Answer: 7 discs'][call++] ?? '',
    })
    expect((await control(prompt, images, guess)).faults).toEqual([
      'with a wrong image the answer is the same: the checker takes both',
    ])
  })

  it('finds a silent server invalid', async () => {
    const { faults } = await control(...(await first()), () => ({ text: '', tokens: 0 }))
    expect(faults).toContain('the prompt has 0 tokens with the image and without one')
    expect(faults).toContain('without the image the answer is the same: word for word')
  })
})
