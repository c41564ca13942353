import { fixtureModels } from '@foretoken/fixtures'
import { type EngineModel, type EngineTarget, loadModel } from '@foretoken/runner-llamacpp'
import { expect, test } from 'vitest'
import { main } from '../../src/index.js'
import { memoryHost } from '../memory-host.js'

/** The same model; `onTarget` sees what it opens. */
function watched(model: EngineModel, onTarget: (target: EngineTarget) => void): EngineModel {
  return {
    facts: model.facts,
    tokenize: (text, options) => model.tokenize(text, options),
    chatPrompt: (messages) => model.chatPrompt(messages),
    textDecoder: () => model.textDecoder(),
    tokenBytes: (token) => model.tokenBytes(token),
    async openTarget(options) {
      const target = await model.openTarget(options)
      onTarget(target)
      return target
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  }
}

// The prompt of the fixture model's template stands before the answer, and the turns before before that.
const first = `Name three of these words: ${'bade tolu walk order lamp chair '.repeat(20)}`

test('a later turn evaluates its own tokens only, where the engine keeps the earlier ones', async () => {
  const host = memoryHost()
  const messages = [first, 'And another one?']
  let target: EngineTarget | undefined
  let evaluatedTokens = 0
  const turns: number[] = []
  let typed = 0
  const typing = setInterval(() => {
    if (host.written.stderr.split('> ').length - 1 <= typed) return
    const now = target?.counters()?.evaluatedTokens
    if (typed > 0 && now !== undefined) turns.push(now - evaluatedTokens)
    evaluatedTokens = now ?? 0
    const message = messages[typed++]
    host.stdin.push(message === undefined ? null : `${message}\n`)
  }, 5)
  const args = ['run', fixtureModels.base.q8_0, '--threads', '1', '--max-tokens', '24', '--drafter', 'none']
  let engine = ''
  const exitCode = await main(args, host, {
    async loadModel(path, options) {
      const model = await loadModel(path, options)
      engine = model.facts.engine
      return watched(model, (opened) => {
        target = opened
      })
    },
  })
  clearInterval(typing)
  expect(exitCode).toBe(0)
  // node-llama-cpp counts nothing, and keeps nothing.
  if (engine !== 'native') return
  expect(turns).toHaveLength(2)
  expect(turns[0]).toBeGreaterThan(120)
  expect(turns[1]).toBeLessThan(60)
})
