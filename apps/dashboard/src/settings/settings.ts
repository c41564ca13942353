import type { ServedMessage, SpeculationChoice } from 'foretoken/serve-types'

/** What the person at the page chose; what is `undefined` is left to the server. */
export interface Settings {
  /** Empty until the models are known. */
  readonly model: string
  readonly system: string
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly seed: number | undefined
  /** Most tokens of an answer. */
  readonly maxTokens: number | undefined
  /** Whether anything is drafted. */
  readonly drafts: boolean
  /** Drafters that are not to be asked. */
  readonly withoutDrafters: readonly string[]
  /** Most tokens of a draft. */
  readonly maxDraftTokens: number | undefined
}

/** The most probable tokens, drafted by whatever pays: as `foretoken run` does. */
export const defaultSettings: Settings = {
  model: '',
  system: '',
  temperature: 0,
  topP: undefined,
  seed: undefined,
  maxTokens: undefined,
  drafts: true,
  withoutDrafters: [],
  maxDraftTokens: undefined,
}

/** The body of a request. `drafters` are those that the model has. */
export function chatBody(settings: Settings, messages: readonly ServedMessage[], drafters: readonly string[]): object {
  const { model, temperature, topP, seed, maxTokens } = settings
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { seed }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    speculation: { ...speculationOf(settings, drafters), trace: true },
  }
}

function speculationOf(settings: Settings, drafters: readonly string[]): SpeculationChoice {
  const { drafts, withoutDrafters, maxDraftTokens } = settings
  const wanted = drafters.filter((drafter) => !withoutDrafters.includes(drafter))
  if (!drafts || (wanted.length === 0 && drafters.length > 0)) return { off: true }
  return {
    ...(wanted.length < drafters.length && { drafters: wanted }),
    ...(maxDraftTokens !== undefined && { maxTokens: maxDraftTokens }),
  }
}
