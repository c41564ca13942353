import type { Step } from '@foretoken/contract'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { speculate } from '../src/index.js'
import { type Case, cases, drafterOf, policyOf, timeoutOf } from './cases.js'
import { collect, memoryTarget, plainText } from './memory-target.js'
import type { SampleDrafter } from './sample-drafter.js'
import type { SamplePolicy } from './sample-policy.js'

/**
 * The text is the target's own, whatever drafts; steps add up; the drafter hears the text; sessions are closed. Rejects
 * for a loop of which that is not so, and when the generated cases say too little.
 */
export async function loopLaw(loop: typeof speculate): Promise<void> {
  const seen = { cases: 0, drafted: 0, partlyRejected: 0, dropped: 0 }
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { prompt, maxTokens } = one
      const before = prompt.slice()
      const target = memoryTarget(one)
      const drafter = drafterOf(one)
      const policy = policyOf(one)
      const options = { target, prompt, maxTokens, drafter, policy, draftTimeoutMs: timeoutOf(one) }
      const steps = await collect(loop(options))
      expect(prompt).toEqual(before)
      expectPlainText(one, steps)
      expectCoherent(steps)
      expectHeard(drafter, steps)
      expectObserved(policy, steps)
      expect(target.seen).toEqual({ opened: 1, verified: steps.length, disposed: 1 })
      seen.cases++
      if (steps.some((step) => step.draftedTokens > 0)) seen.drafted++
      if (steps.some((step) => step.acceptedTokens > 0 && step.acceptedTokens < step.draftedTokens))
        seen.partlyRejected++
      if (steps.some((step) => step.dropped !== undefined)) seen.dropped++
    }),
    { numRuns: 300 },
  )
  expect(seen.drafted / seen.cases).toBeGreaterThan(0.3)
  expect(seen.partlyRejected / seen.cases).toBeGreaterThan(0.1)
  expect(seen.dropped / seen.cases).toBeGreaterThan(0.1)
}

function expectPlainText(one: Case, steps: readonly Step[]): void {
  const text = plainText(one.prompt, one)
  expect(steps.flatMap((step) => [...step.tokens])).toEqual(text)
  const finishes = steps.map((step) => step.finish)
  expect(finishes.slice(0, -1).every((finish) => finish === '')).toBe(true)
  if (text.at(-1) === one.endOfText) expect(finishes.at(-1)).toBe('end-of-text')
  else if (one.prompt.length + text.length >= one.contextTokens) expect(finishes.at(-1)).toBe('context-full')
  else expect(finishes.at(-1)).toBe('max-tokens')
}

function expectCoherent(steps: readonly Step[]): void {
  for (const [index, step] of steps.entries()) {
    expect(step.index).toBe(index)
    expect(step.tokens.length).toBe(step.acceptedTokens + 1)
    expect(step.width).toBe(step.draftedTokens + 1)
    expect(step.acceptedTokens).toBeLessThanOrEqual(step.draftedTokens)
    expect(step.draftedTokens).toBeLessThanOrEqual(step.proposedTokens)
    expect(step.drafter === '').toBe(step.proposedTokens === 0)
    if (step.probabilities !== undefined) expect(step.probabilities.length).toBe(step.draftedTokens)
  }
}

/** The drafter heard the text, all of it unless it was dropped, and its session is over; itself it belongs to others. */
function expectHeard({ seen }: SampleDrafter, steps: readonly Step[]): void {
  const text = steps.flatMap((step) => [...step.tokens])
  const dropped = steps.some((step) => step.dropped !== undefined)
  expect(seen.heard).toEqual(dropped ? text.slice(0, seen.heard.length) : text)
  expect(seen.limits.every(({ maxTokens }) => maxTokens >= 1)).toBe(true)
  expect(seen.disposed).toBe(seen.opened)
  expect(seen.drafterDisposed).toBe(0)
}

/** The policy observes what the steps say, as long as there is a drafter. */
function expectObserved({ seen }: SamplePolicy, steps: readonly Step[]): void {
  const drafting = steps.slice(0, seen.observed.length)
  expect(seen.observed.map(({ draft, sent, accepted, width }) => [draft.tokens.length, sent, accepted, width])).toEqual(
    drafting.map((step) => [step.proposedTokens, step.draftedTokens, step.acceptedTokens, step.width]),
  )
  expect(steps.slice(seen.observed.length).every((step) => step.dropped !== undefined)).toBe(true)
}
