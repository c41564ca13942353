import type { Sampling } from '@foretoken/contract'

/** One answer that is wanted from a model, however it was asked for: the API's dialects end here. */
export interface TextRequest {
  readonly input: ChatInput | CompletionInput
  /**
   * Most tokens of the answer (1 or more).
   * @defaultValue what the context has room for
   */
  readonly maxTokens?: number
  /** Strings that end the answer and are not shown; none is empty. */
  readonly stop: readonly string[]
  readonly sampling: Sampling
  /** What the answer has to look like; `json` is any JSON value. Absent: anything. */
  readonly format?: { readonly kind: 'json' } | { readonly kind: 'json-schema'; readonly schema: unknown }
  /**
   * Says how probable each token was, with this many of the best others (0 to 20).
   * @defaultValue undefined: says nothing
   */
  readonly topLogProbabilities?: number
  readonly speculation: SpeculationChoice
  /** What is remembered for drafting is shared by the requests of one scope only: one for each API key. */
  readonly scope: string
}

/** A conversation, to be put into the words of the model's own template. */
export interface ChatInput {
  readonly kind: 'chat'
  readonly messages: readonly ServedMessage[]
  /** Functions that the model may call. */
  readonly tools: readonly ToolDefinition[]
  /** `none`: never; `required`: some tool; a name: this one. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string }
}

/** A text that is to be continued as it stands. */
export interface CompletionInput {
  readonly kind: 'completion'
  readonly prompt: string
}

/** One turn of a conversation. */
export interface ServedMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
  /** In their order within the message; only `user` messages have any. */
  readonly images?: readonly ServedImage[]
  /** What an assistant called. */
  readonly toolCalls?: readonly ToolCall[]
  /** Which call a `tool` message answers. */
  readonly toolCallId?: string
}

/** A picture that came with the request itself: nothing is ever fetched for one. */
export interface ServedImage {
  readonly mediaType: string
  readonly base64: string
}

/** A function that a model may call. */
export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** A function that a model called. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON text, as the model wrote it. */
  readonly arguments: string
}

/** How one request wants to be drafted for; nothing of it changes the answer. */
export interface SpeculationChoice {
  /** Plain decoding. */
  readonly off?: boolean
  /**
   * Names of drafters, weighed against each other.
   * @defaultValue suffix, and the draft model where there is one; what a `llama-server` has
   */
  readonly drafters?: readonly string[]
  /**
   * Most tokens of a draft (1 to 64).
   * @defaultValue chosen by what pays
   */
  readonly maxTokens?: number
}
