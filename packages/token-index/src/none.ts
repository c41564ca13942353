/** Inside the index's arrays: no token, no position. */
export const NONE = -1
