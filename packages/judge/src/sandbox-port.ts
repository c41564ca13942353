/** A program that a sandbox runs: the code of an answer, then the tests that throw when it is wrong. */
export interface SandboxProgram {
  readonly language: 'javascript' | 'python'
  readonly code: string
  readonly tests: string
  /** Most milliseconds of code and tests together, the sandbox's own start not counted. */
  readonly timeoutMs: number
}

/** How a program ended; everything but `passed` says that the answer is wrong or was stopped. */
export type SandboxOutcome = 'passed' | 'code-failed' | 'tests-failed' | 'timeout' | 'memory' | 'output' | 'crashed'

/** What running a program showed. */
export interface SandboxReport {
  readonly outcome: SandboxOutcome
  /** The error's text, at most 2,000 characters; empty when it passed. */
  readonly message: string
  /** What the program printed, at most 10,000 characters. */
  readonly output: string
  readonly milliseconds: number
}

/** The port through which code of a model is run. */
export type RunSandboxed = (program: SandboxProgram) => Promise<SandboxReport>
