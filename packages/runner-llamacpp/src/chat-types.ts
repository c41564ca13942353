/** One turn of a conversation. */
export interface ChatMessage {
  /** `tool`: what a function that was called returned. */
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
  /**
   * Functions that an assistant called.
   * @defaultValue none
   */
  readonly toolCalls?: readonly ChatToolCall[]
  /** Which call a `tool` message answers. */
  readonly toolCallId?: string
}

/** A function that was called. */
export interface ChatToolCall {
  readonly id: string
  readonly name: string
  /** JSON text. */
  readonly arguments: string
}

/** A function that may be called. */
export interface ChatTool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What a conversation has besides its messages. */
export interface ChatPromptOptions {
  /**
   * Functions that the template is told of; one that knows no tools passes over them.
   * @defaultValue none
   */
  readonly tools?: readonly ChatTool[]
}
