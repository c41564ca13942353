import type { ModelOptions } from '../load-model.js'

/** What `foretoken doctor` can be told. */
export interface DoctorOptions extends Omit<ModelOptions, 'model'> {
  /**
   * Path of the GGUF file to look at.
   * @defaultValue none: only the machine and the engine are looked at
   */
  readonly model?: string
  /**
   * Path of a smaller model that is to draft for it.
   * @defaultValue none
   */
  readonly draft?: string
  /**
   * Prints one JSON object instead of the text.
   * @defaultValue false
   */
  readonly json?: boolean
  /**
   * Whether colours are allowed.
   * @defaultValue true
   */
  readonly color?: boolean
}
