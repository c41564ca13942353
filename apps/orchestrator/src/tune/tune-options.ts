import type { MemoryOptions } from '../draft-memory.js'
import type { DraftModelOptions } from '../draft-model.js'
import type { PolicyName } from '../drafting.js'
import type { ModelOptions } from '../load-model.js'

/** What `foretoken tune` is asked to measure. */
export interface TuneOptions extends ModelOptions, DraftModelOptions, MemoryOptions {
  /** What is varied: the draft length, the temperature, or who drafts. */
  readonly what: 'k' | 'temp' | 'drafter'
  /**
   * Folders of `.txt` and `.md` files, or single files; each file is one prompt.
   * @defaultValue the built-in prompts
   */
  readonly prompts?: readonly string[]
  /**
   * Takes prompts as they stand, special tokens included, instead of filling the chat template.
   * @defaultValue false
   */
  readonly raw?: boolean
  /**
   * Who drafts while something else is varied: a name or a chain of them, as for `foretoken run`.
   * @defaultValue 'auto', or 'model' where a draft model is named
   */
  readonly drafter?: string
  /**
   * Drafts this many tokens in each step (1 to 64) while something else is varied.
   * @defaultValue chosen by `policy`
   */
  readonly k?: number
  /**
   * How the length of drafts is chosen while something else is varied, as for `foretoken run`.
   * @defaultValue 'goodput'
   */
  readonly policy?: PolicyName
  /**
   * Draft lengths to try with `what` `k`, in tokens (1 to 64); drafting off is always among them.
   * @defaultValue [2, 4, 6, 8, 12, 16, 24]
   */
  readonly lengths?: readonly number[]
  /**
   * Temperatures to try with `what` `temp` (0 to 5).
   * @defaultValue [0, 0.3, 0.5, 0.7, 1]
   */
  readonly temperatures?: readonly number[]
  /**
   * Temperatures of the draft model to try with `what` `temp` (0 to 5), at the target's that was found best.
   * @defaultValue [0, 0.3, 0.5, 0.7, 1]
   */
  readonly draftTemperatures?: readonly number[]
  /**
   * Drafters to try with `what` `drafter`; drafting off is always among them.
   * @defaultValue every drafter, and all of them at once
   */
  readonly drafters?: readonly string[]
  /**
   * Key of the random numbers, where the temperature is above 0.
   * @defaultValue 0
   */
  readonly seed?: number
  /**
   * Most measurements of one value (3 to 100). What is clearly not the best is measured less often.
   * @defaultValue 5
   */
  readonly repetitions?: number
  /**
   * Most tokens of one answer.
   * @defaultValue 128
   */
  readonly maxTokens?: number
  /**
   * Prints one JSON object instead of the table.
   * @defaultValue false
   */
  readonly json?: boolean
  /** Writes the JSON object to this file as well. */
  readonly out?: string
  /**
   * Whether a terminal may be coloured.
   * @defaultValue true
   */
  readonly color?: boolean
}
