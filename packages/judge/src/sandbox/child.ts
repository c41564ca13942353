import type { SandboxOutcome } from '../sandbox-port.js'

/** What a child is given when it starts. */
export interface ChildArgument {
  /** URL of the module that interprets. */
  readonly module: string
  readonly maxMemoryBytes: number
  readonly maxOutputBytes: number
  /** File of Pyodide's memory; empty: it is made and written to the standard output. */
  readonly snapshot: string
  /** Python that runs before any program. */
  readonly prelude: string
  /** Python that closes the way to JavaScript. */
  readonly closing: string
}

/** What a child is told to run. */
export interface ChildProgram {
  readonly code: string
  readonly tests: string
  readonly timeoutMs: number
}

/** What a child says on its fourth file descriptor, a line each. */
export type ChildMessage =
  | { readonly ready: true }
  | { readonly outcome: SandboxOutcome; readonly message: string; readonly output: string }

/** What a child's program is handed, since it cannot import anything itself. */
export interface ChildTools {
  /** A dynamic import, which a bundler must not see. */
  readonly load: (url: string) => Promise<unknown>
  /** What the standard input brings until it ends. */
  readonly readInput: () => Promise<string>
  readonly hardenNode: (maxMemoryBytes: number) => void
  readonly argument: ChildArgument
}
