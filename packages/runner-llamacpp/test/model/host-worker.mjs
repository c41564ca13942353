// The engine process of engine-host.test.ts: a fixture model that drafts by repeating what followed the last token earlier.
import { generateText, loadModel, serveEngine } from '../../dist/index.js'

serveEngine(async ({ path }) => {
  const model = await loadModel(path, { threads: 1 })
  const targets = new Set()
  return {
    facts: model.facts,
    calls: {
      tokenize: (text) => model.tokenize(text),
      crash: () => process.abort(),
    },
    async *generate({ prompt, maxTokens }, { answer, signal }) {
      const target = await model.openTarget()
      targets.add(target)
      try {
        yield* generateText({ model, target, prompt, maxTokens, drafter: echoDrafter(), answer, signal })
      } finally {
        targets.delete(target)
        await target[Symbol.asyncDispose]()
      }
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  }
})

function echoDrafter() {
  return {
    contractVersion: 1,
    name: 'echo',
    learnsAcrossSessions: false,
    open(prompt) {
      const text = [...prompt]
      return {
        draft({ maxTokens }) {
          const at = text.lastIndexOf(text.at(-1), text.length - 2)
          return { tokens: Int32Array.from(at < 0 ? [] : text.slice(at + 1, at + 1 + maxTokens)), drafter: 'echo' }
        },
        commit: (tokens) => text.push(...tokens),
        async [Symbol.asyncDispose]() {},
      }
    },
    [Symbol.dispose]() {},
  }
}
