/**
 * `mayBlockMs` of the models that this program loads. While one text is written neither the command line nor an engine process
 * has anything else to do, and a hand's reaction takes longer.
 */
export const MAY_BLOCK_MS = 50
