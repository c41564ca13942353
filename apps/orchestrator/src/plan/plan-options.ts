import type { ExportTarget, LaunchEngine } from '@foretoken/registry'

/** What `foretoken plan` can be told. */
export interface PlanOptions {
  /**
   * A role of the registry, or the path of a GGUF file.
   * @defaultValue every role, and the memory of all of them
   */
  readonly what?: string
  /**
   * Path of a `foretoken.yaml`: what serving it would load and unload is said instead.
   * @defaultValue none
   */
  readonly serve?: string
  /**
   * Models and roles of it that are asked, one after another.
   * @defaultValue every model once
   */
  readonly requests?: readonly string[]
  /**
   * Path of a registry.
   * @defaultValue the one that comes with Foretoken
   */
  readonly registry?: string
  /**
   * Who runs the models.
   * @defaultValue 'embedded', or 'llama-server' for what it cannot do
   */
  readonly engine?: LaunchEngine
  /**
   * Path of the `llama-server` that is started; it is looked at for OpenMP.
   * @defaultValue the one on the path
   */
  readonly program?: string
  /**
   * Path of a draft model, for a GGUF file.
   * @defaultValue none
   */
  readonly draft?: string
  /**
   * Path of a projector, for a GGUF file that sees.
   * @defaultValue none
   */
  readonly mmproj?: string
  /**
   * Most tokens of a text, for a GGUF file.
   * @defaultValue the engine's own
   */
  readonly context?: number
  /**
   * Addresses of machines that hold part of the weights.
   * @defaultValue none
   */
  readonly rpc?: readonly string[]
  /**
   * Program whose configuration is written instead.
   * @defaultValue none
   */
  readonly export?: ExportTarget
  /**
   * Folder for the files of an export.
   * @defaultValue they are printed
   */
  readonly out?: string
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
