import { type SpeculateOptions, speculate } from '@foretoken/speculate'

/** A text of the loop. */
export interface Said {
  readonly tokens: readonly number[]
  readonly finish: string
  readonly drafted: number
  readonly accepted: number
}

/** Lets the loop write a text in which no drafter is too slow; throws where one is dropped. */
export async function say(options: SpeculateOptions): Promise<Said> {
  const tokens: number[] = []
  let [finish, drafted, accepted] = ['', 0, 0]
  for await (const step of speculate({ ...options, draftTimeoutMs: 60_000 })) {
    if (step.dropped !== undefined) throw new Error(step.dropped)
    tokens.push(...step.tokens)
    drafted += step.draftedTokens
    accepted += step.acceptedTokens
    finish = step.finish
  }
  return { tokens, finish, drafted, accepted }
}
