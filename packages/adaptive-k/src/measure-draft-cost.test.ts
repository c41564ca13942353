import { CONTRACT_VERSION, type Drafter, type Target, type Tokens } from '@foretoken/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { measureDraftCost } from './index.js'

const text = Int32Array.of(1, 2, 3)

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** A target whose steps take 50 ms, and what was opened and closed. */
function slowTarget({ length = 1000 } = {}) {
  const open = { sessions: 0, steps: 0 }
  const target: Target = {
    contractVersion: CONTRACT_VERSION,
    rollback: 'trim',
    async open(prompt) {
      open.sessions++
      let depth = prompt.length
      return {
        contextTokens: length,
        get depth() {
          return depth
        },
        async verify() {
          vi.advanceTimersByTime(50)
          open.steps++
          const end = ++depth >= length ? 'end-of-text' : ''
          return { accepted: 0, next: depth, end, width: 1, verifyMs: 50 }
        },
        async [Symbol.asyncDispose]() {
          open.sessions--
        },
      }
    },
    async [Symbol.asyncDispose]() {},
  }
  return { target, open }
}

/** A drafter that takes so many milliseconds; every third draft is held up, and it reads the text first. */
function slowDrafter(milliseconds: (tokens: number) => number, most = 99) {
  const heard: number[] = []
  let [drafts, open] = [0, 0]
  const drafter: Drafter = {
    contractVersion: CONTRACT_VERSION,
    name: 'slow',
    learnsAcrossSessions: false,
    open: () => {
      open++
      return {
        async draft({ maxTokens }) {
          const tokens = Math.min(maxTokens, most)
          vi.advanceTimersByTime(drafts++ === 0 ? 500 : milliseconds(tokens) + (drafts % 3 === 0 ? 40 : 0))
          return { tokens: new Int32Array(tokens), drafter: 'slow' }
        },
        commit: (tokens: Tokens) => void heard.push(...tokens),
        async [Symbol.asyncDispose]() {
          open--
        },
      }
    },
    [Symbol.dispose]() {},
  }
  return { drafter, heard, open: () => open }
}

test('what a draft takes is told apart from what its tokens take, whatever one draft took', async () => {
  const { target, open } = slowTarget()
  const slow = slowDrafter((tokens) => 3 + 2 * tokens)
  const { perDraft, perToken } = await measureDraftCost(slow.drafter, target, { text })
  expect([perDraft, perToken].map((seconds) => Math.round(1e6 * seconds))).toEqual([3000, 2000])
  expect(slow.heard).toEqual(Array.from({ length: open.steps }, (_, step) => 4 + step))
  expect([open.sessions, slow.open()]).toEqual([0, 0])
})

test.each([
  ['longer drafts take no longer', slowDrafter(() => 4), {}, [4000, 0]],
  ['it drafts no more than one token', slowDrafter(() => 4, 1), {}, [0, 4000]],
  ['it drafts nothing', slowDrafter(() => 4, 0), {}, [0, 0]],
  ['the text ends at once', slowDrafter(() => 4), { length: 4 }, [0, 0]],
])('where %s', async (_, { drafter }, options, expected) => {
  const { target, open } = slowTarget(options)
  const { perDraft, perToken } = await measureDraftCost(drafter, target, { text })
  expect([perDraft, perToken].map((seconds) => Math.round(1e6 * seconds))).toEqual(expected)
  expect(open.sessions).toBe(0)
})

test('it ends with its budget, behind a step of each kind', async () => {
  const { target, open } = slowTarget()
  await measureDraftCost(slowDrafter(() => 4).drafter, target, { text, budgetMs: 1 })
  expect(open.steps).toBe(2)
})
