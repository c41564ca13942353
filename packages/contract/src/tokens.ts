/** Index into the target model's vocabulary. */
export type TokenId = number

/** A run of tokens, one type on both sides of N-API. A view: valid until the session's next call, copy it to keep it. */
export type Tokens = Int32Array

/** No tokens. */
export const NO_TOKENS: Tokens = new Int32Array(0)
