const punctuation = /\.\.\.|--|[[\](){}<>;@#$%&?!"“”«»‘’„`]|[,:](?!\d)/gu
const clitic = /(?<=[^\s'])('(?:s|m|d|ll|re|ve))(?![\p{L}\p{N}_])|(?<=\S)(n't)(?![\p{L}\p{N}_])/giu

/** Words and punctuation in the manner of the Penn Treebank: `CAN'T` is two words, `TO-DO` one. */
export function wordTokens(text: string): string[] {
  return text
    .replace(punctuation, ' $& ')
    .replace(clitic, ' $1$2')
    .split(/\s+/)
    .filter((token) => token !== '')
}
