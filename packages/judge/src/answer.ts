/** A call of a tool as a model writes it. */
export interface ToolCall {
  readonly name: string
  /** The arguments as JSON text: what a model wrote, valid or not. */
  readonly arguments: string
}

/** Why an answer ended; `timeout` is a partial answer that was kept. */
export type Finish = 'stop' | 'length' | 'toolCalls' | 'timeout'

/** An answer of a model, as far as checkers look at it. */
export interface Answer {
  readonly text: string
  /** Absent: `stop`. */
  readonly finish?: Finish
  /** Absent: none. */
  readonly toolCalls?: readonly ToolCall[]
}

/** An answer as a suite records it; a string is its text. */
export type RecordedAnswer = string | Answer

/** The answer that a recorded one stands for. */
export function answerOf(recorded: RecordedAnswer): Answer {
  return typeof recorded === 'string' ? { text: recorded } : recorded
}

/** Whether the answer was cut before its end. */
export function isTruncated({ finish }: Answer): boolean {
  return finish === 'length' || finish === 'timeout'
}
