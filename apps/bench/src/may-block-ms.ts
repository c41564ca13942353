/** `mayBlockMs` of the models that are measured: as in the reference app, nothing else is to be done while a text is written. */
export const MAY_BLOCK_MS = 50
