import {
  assertInteger,
  CONTRACT_VERSION,
  type Draft,
  type LengthLimits,
  type LengthObservation,
  type LengthPolicy,
  type LengthSession,
} from '@foretoken/contract'
import { AcceptanceWindow } from './acceptance-window.js'
import { assertRate } from './assert-rate.js'

/** Options of {@link windowedLength}. */
export interface WindowedLengthOptions {
  /**
   * Draft length of the first step, in tokens (`minTokens` to `maxTokens`).
   * @defaultValue 12, or the nearest that the range allows
   */
  readonly startTokens?: number
  /**
   * Shortest draft length, in tokens (1 to `maxTokens`).
   * @defaultValue 4, or `maxTokens` where that is less
   */
  readonly minTokens?: number
  /**
   * Longest draft length, in tokens (1 to 256).
   * @defaultValue 24
   */
  readonly maxTokens?: number
  /**
   * How many of the last drafted tokens the acceptance rate is taken over (1 to 65,536).
   * @defaultValue 128
   */
  readonly windowTokens?: number
  /**
   * Acceptance rate above which drafts get longer (`lowerBelow` to 1).
   * @defaultValue 0.8
   */
  readonly raiseAbove?: number
  /**
   * Acceptance rate below which drafts get shorter (0 to 1).
   * @defaultValue 0.6
   */
  readonly lowerBelow?: number
  /**
   * By how much, in tokens (1 to 256).
   * @defaultValue 4
   */
  readonly stepTokens?: number
  /**
   * After so many verified drafts in a row without an accepted token drafting pauses (1 to 1,000,000).
   * @defaultValue 3
   */
  readonly pauseAfterSteps?: number
  /**
   * How many tokens the text grows by until drafting is tried again (1 to 1,000,000).
   * @defaultValue 32
   */
  readonly pauseTokens?: number
}

/**
 * Drafts more while drafts are accepted and less while they are not: the rolling-window controller of the project's
 * first report. After each step with a verified draft the length rises by `stepTokens` where the acceptance rate of the last
 * `windowTokens` drafted tokens is above `raiseAbove`, and falls where it is below `lowerBelow`.
 *
 * It differs from that report's pseudocode in four points:
 * - The window counts drafted tokens, as the report's text says; its code kept 128 *rates*, in which a draft of one
 *   token weighed as much as one of 24.
 * - A step without a verified draft leaves the window alone; the code counted it as acceptance 0, so a drafter that is
 *   silent between good drafts was punished for it.
 * - The length never leaves its range, whatever `stepTokens` is.
 * - It may be 0: after `pauseAfterSteps` drafts in a row of which nothing was accepted, nothing is drafted until the
 *   text has grown by `pauseTokens`. The code drafted at least 4 tokens for ever.
 *
 * @example
 * ```ts
 * speculate({ target, prompt, drafter, policy: windowedLength({ maxTokens: 16 }) })
 * ```
 */
export function windowedLength(options: WindowedLengthOptions = {}): LengthPolicy {
  const {
    maxTokens = 24,
    minTokens = Math.min(4, maxTokens),
    startTokens = Math.max(minTokens, Math.min(12, maxTokens)),
    windowTokens = 128,
    raiseAbove = 0.8,
    lowerBelow = 0.6,
    stepTokens = 4,
    pauseAfterSteps = 3,
    pauseTokens = 32,
  } = options
  assertInteger('maxTokens', maxTokens, { min: 1, max: 256 })
  assertInteger('minTokens', minTokens, { min: 1, max: maxTokens })
  assertInteger('startTokens', startTokens, { min: minTokens, max: maxTokens })
  assertInteger('windowTokens', windowTokens, { min: 1, max: 65_536 })
  assertRate('lowerBelow', lowerBelow)
  assertRate('raiseAbove', raiseAbove, lowerBelow)
  assertInteger('stepTokens', stepTokens, { min: 1, max: 256 })
  assertInteger('pauseAfterSteps', pauseAfterSteps, { min: 1, max: 1_000_000 })
  assertInteger('pauseTokens', pauseTokens, { min: 1, max: 1_000_000 })
  const settings = {
    maxTokens,
    minTokens,
    startTokens,
    windowTokens,
    raiseAbove,
    lowerBelow,
    stepTokens,
    pauseAfterSteps,
    pauseTokens,
  }
  return { contractVersion: CONTRACT_VERSION, name: 'windowed', open: () => new WindowedSession(settings) }
}

class WindowedSession implements LengthSession {
  readonly #settings: Required<WindowedLengthOptions>
  readonly #window: AcceptanceWindow
  /** Draft length, within the range also during a pause. */
  #length: number
  /** Verified drafts in a row of which nothing was accepted. */
  #emptySteps = 0
  /** How much the text must still grow before drafting is tried again; 0 or less outside a pause. */
  #pauseTokens = 0

  constructor(settings: Required<WindowedLengthOptions>) {
    this.#settings = settings
    this.#window = new AcceptanceWindow(settings.windowTokens)
    this.#length = settings.startTokens
  }

  limits(): LengthLimits {
    return { maxTokens: this.#pauseTokens > 0 ? 0 : this.#length, minProbability: 0 }
  }

  cut(draft: Draft): number {
    return Math.min(draft.tokens.length, this.limits().maxTokens)
  }

  observe({ sent, accepted }: LengthObservation): void {
    if (this.#pauseTokens > 0) {
      this.#pauseTokens -= accepted + 1
      return
    }
    // A silent drafter costs nothing, and pausing it would miss the moment in which it has something to say.
    if (sent === 0) return
    this.#adapt(sent, accepted)
    this.#emptySteps = accepted > 0 ? 0 : this.#emptySteps + 1
    if (this.#emptySteps < this.#settings.pauseAfterSteps) return
    this.#emptySteps = 0
    this.#pauseTokens = this.#settings.pauseTokens
  }

  #adapt(sent: number, accepted: number): void {
    const { raiseAbove, lowerBelow, stepTokens, minTokens, maxTokens } = this.#settings
    this.#window.add(sent, accepted)
    const { rate } = this.#window
    if (rate > raiseAbove) this.#length = Math.min(maxTokens, this.#length + stepTokens)
    else if (rate < lowerBelow) this.#length = Math.max(minTokens, this.#length - stepTokens)
  }
}
