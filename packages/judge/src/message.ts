/** Who speaks. */
export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One turn of a conversation. */
export interface Message {
  readonly role: Role
  readonly content: string
}

/** An image that goes with the last user message. */
export interface SuiteImage {
  /** Path of the image, relative to the suite's file. */
  readonly file: string
  /** Path of an image with another answer; a row whose answers agree on both is invalid. */
  readonly wrong: string
  /** What is to be seen, for those who judge without eyes. */
  readonly alt: string
}

/** A function that a model may call; `parameters` is a JSON Schema of an object. */
export interface ToolDefinition {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
}
