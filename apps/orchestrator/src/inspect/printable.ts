// What moves the cursor, recolours the terminal or turns the direction of writing; line ends are kept.
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A text with names out of foreign files, safe to print on a terminal. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
