/** What an arena holds, to be saved. */
export interface ArenaState {
  /** Tokens' worth of blocks ever begun, wrapped to 32 bits. */
  readonly clock: number
  /** In whole blocks; -1 where nothing is written. */
  readonly tokens: Int32Array
  /** One a token. */
  readonly origins: Uint8Array
  /** Three a token. */
  readonly links: Int32Array
  /** Three times a power of two. */
  readonly heads: Int32Array
  /** Eight integers a block. */
  readonly blocks: Int32Array
  /** Numbers of the blocks that nothing holds. */
  readonly free: Int32Array
  /** Ends of closed texts, oldest first. */
  readonly retired: Int32Array
}

/** What an index holds, to be saved. */
export interface IndexState extends ArenaState {
  /** Conversations begun so far. */
  readonly conversations: number
  /** Of the newest texts, oldest first, where each stands in `retired`. */
  readonly newest: Int32Array
}
