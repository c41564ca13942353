import type { ChoosingOptions } from './choosing.js'
import type { DraftingOptions } from './drafting.js'
import type { ModelOptions } from './load-model.js'

/** What `foretoken run` is asked to do. */
export interface RunOptions extends ModelOptions, DraftingOptions, ChoosingOptions {
  /**
   * The prompt; `-` reads standard input.
   * @defaultValue standard input where it is piped, else a chat
   */
  readonly prompt?: string
  /** Reads the prompt from this file instead; `-` is standard input. */
  readonly file?: string
  /** System message of the chat template. */
  readonly system?: string
  /**
   * Takes the prompt as it stands, special tokens included, instead of filling the chat template.
   * @defaultValue false
   */
  readonly raw?: boolean
  /**
   * Most tokens to write.
   * @defaultValue until the model ends the text or the context is full
   */
  readonly maxTokens?: number
  /**
   * Texts that end the answer; they are not shown.
   * @defaultValue []
   */
  readonly stop?: readonly string[]
  /**
   * Prints one JSON object instead of the text.
   * @defaultValue false
   */
  readonly json?: boolean
  /**
   * Also decodes plainly, and says what drafting brought.
   * @defaultValue false
   */
  readonly compare?: boolean
  /**
   * How often `compare` runs each way (1 to 100).
   * @defaultValue 3
   */
  readonly repetitions?: number
  /** Writes every step to this file as JSON Lines. */
  readonly trace?: string
  /**
   * Whether a terminal may be coloured.
   * @defaultValue true
   */
  readonly color?: boolean
}
