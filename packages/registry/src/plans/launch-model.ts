/** A model that is to run: what a registry or the files themselves say of it. */
export interface LaunchModel {
  /** The name under which it is served. */
  readonly name: string
  /** Other names of the same server. */
  readonly aliases?: readonly string[]
  /** Path of the GGUF file, of a split model its first part. */
  readonly path: string
  /** Repository or folder of the original weights, for engines that read no GGUF files. */
  readonly weights?: string
  /** Where it listens; only a server does. */
  readonly host?: string
  readonly port?: number
  /** Most tokens of one sequence. */
  readonly contextTokens?: number
  /** Sequences at once. */
  readonly sequences?: number
  /** GGUF metadata to replace, e.g. `{ key: 'qwen3moe.expert_used_count', value: 4 }`. */
  readonly overrides?: readonly LaunchOverride[]
  /** Path of the multimodal projector of a vision model. */
  readonly projectorPath?: string
  /** Whether it gives vectors for texts instead of continuing them. */
  readonly embeds?: boolean
  readonly draft?: LaunchDraft
  readonly lookup?: LaunchLookup
  /** Why what would draft does not, in words, e.g. what a pair's verdict says. */
  readonly refused?: readonly string[]
}

/** One replaced entry of the metadata. */
export interface LaunchOverride {
  readonly key: string
  readonly value: number | boolean | string
  /** In words, e.g. "4 of 128 experts are fast enough and lose little". */
  readonly because?: string
}

/** What drafts with weights of its own. */
export interface LaunchDraft {
  /** A model of its own, a head that reads the target's states, or the target's own prediction layers. */
  readonly kind: 'model' | 'eagle3' | 'dflash' | 'mtp'
  /** Path of the GGUF file; prediction layers are in the target's own. */
  readonly path?: string
  /** Repository or folder of the original weights, for engines that read no GGUF files. */
  readonly weights?: string
  /** Most tokens of a draft. */
  readonly maxTokens?: number
}

/** Drafts from the text itself. */
export interface LaunchLookup {
  /** Tokens that must agree before the next ones are taken for a draft. */
  readonly matchTokens?: number
  /** Most tokens of a draft. */
  readonly maxTokens?: number
}
