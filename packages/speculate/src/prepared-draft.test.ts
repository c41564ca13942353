import type { Step, Target } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { memoryTarget, plainText } from '../test/memory-target.js'
import { mixedDraft, sampleDrafter } from '../test/sample-drafter.js'
import { samplePolicy } from '../test/sample-policy.js'
import { speculate } from './index.js'

const prompt = Int32Array.of(1, 2, 3)

/** A target that opens when it is told to. */
function gated(): { readonly target: Target; open(): void } {
  const inner = memoryTarget({})
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const target: Target = {
    ...inner,
    async open(...args) {
      await opened
      return await inner.open(...args)
    },
  }
  return { target, open: () => open() }
}

test('the first draft is made while the target evaluates the prompt, and is waited for no longer', async () => {
  const { target, open } = gated()
  const drafter = sampleDrafter({ draft: mixedDraft })
  const policy = samplePolicy()
  const steps = speculate({ target, prompt, drafter, policy, maxTokens: 20 })
  const first = steps.next()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(drafter.seen.drafts).toBe(1)
  open()
  const said: Step[] = []
  for (let { value } = await first; value; { value } = await steps.next()) said.push(value)
  expect(said.flatMap(({ tokens }) => [...tokens])).toEqual(plainText(prompt, { maxTokens: 20 }))
  expect(said[0]?.draftMs).toBeLessThan(30)
  expect(drafter.seen.drafts).toBe(said.length)
  expect(policy.seen.observed.length).toBe(said.length)
})

test('a failure of the first draft is the policy’s own, also where the target fails first', async () => {
  const error = new Error('no length')
  const policy = { ...samplePolicy(), open: () => ({ ...samplePolicy().open(), cut: () => fail(error) }) }
  const drafter = sampleDrafter({ draft: mixedDraft })
  const whole = speculate({ target: memoryTarget({}), prompt, drafter, policy })
  await expect(whole.next()).rejects.toBe(error)
  const closed = new Error('cannot open')
  const target: Target = { ...memoryTarget({}), open: () => Promise.reject(closed) }
  await expect(speculate({ target, prompt, drafter, policy }).next()).rejects.toBe(error)
})

function fail(error: Error): never {
  throw error
}
