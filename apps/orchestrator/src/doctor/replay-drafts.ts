import { type Drafter, SpeculationError, type Tokens } from '@foretoken/contract'

/** What a model wrote to a prompt. */
export interface WrittenText {
  readonly prompt: Tokens
  readonly answer: Tokens
}

/** What a drafter would have drafted for these texts. */
export interface ReplayedDrafts {
  readonly steps: readonly ReplayedStep[]
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Seconds of a drafted token, the median; 0 where nothing was drafted. */
  readonly secondsPerToken: number
}

/** What was drafted at one place of a text, and how much of it was right. */
export interface ReplayedStep {
  readonly drafted: number
  readonly accepted: number
}

/** How drafts are replayed. */
export interface ReplayOptions {
  /** Most tokens of a draft. */
  readonly maxTokens: number
  readonly signal: AbortSignal
  /** Ends before all was replayed, in milliseconds. */
  readonly budgetMs: number
}

/**
 * Plays texts that are there already: in each step the drafter drafts, what is right of it is accepted, and the token
 * behind it comes from the text. The target takes no part, since drafts depend on the text alone.
 */
export async function replayDrafts(
  drafter: Drafter,
  texts: readonly WrittenText[],
  options: ReplayOptions,
): Promise<ReplayedDrafts> {
  const steps: ReplayedStep[] = []
  const seconds: number[] = []
  const endMs = performance.now() + options.budgetMs
  for (const text of texts) {
    for await (const { drafted, accepted, ms, isFirst } of replaySteps(drafter, text, { ...options, endMs })) {
      // The first draft of a text reads its prompt, too.
      if (drafted > 0 && !isFirst) seconds.push(ms / 1000 / drafted)
      steps.push({ drafted, accepted })
    }
  }
  return {
    steps,
    draftedTokens: steps.reduce((sum, { drafted }) => sum + drafted, 0),
    acceptedTokens: steps.reduce((sum, { accepted }) => sum + accepted, 0),
    secondsPerToken: seconds.toSorted((one, other) => one - other)[seconds.length >> 1] ?? 0,
  }
}

interface TimedStep extends ReplayedStep {
  readonly ms: number
  readonly isFirst: boolean
}

async function* replaySteps(
  drafter: Drafter,
  { prompt, answer }: WrittenText,
  { maxTokens, signal, endMs }: ReplayOptions & { readonly endMs: number },
): AsyncGenerator<TimedStep, void, void> {
  await using session = drafter.open(prompt)
  let at = 0
  while (at < answer.length && performance.now() < endMs) {
    if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the measurement was cancelled')
    const startedMs = performance.now()
    const { tokens } = await session.draft({ maxTokens, signal })
    const ms = performance.now() - startedMs
    const accepted = agreeing(tokens, answer.subarray(at))
    yield { drafted: tokens.length, accepted, ms, isFirst: at === 0 }
    session.commit(answer.slice(at, at + accepted + 1))
    at += accepted + 1
  }
}

function agreeing(draft: Tokens, text: Tokens): number {
  let length = 0
  while (length < draft.length && length < text.length && draft[length] === text[length]) length++
  return length
}
