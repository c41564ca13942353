import { randomBytes } from 'node:crypto'

// What many chat templates read as a turn's start or end, also where it stands inside a message.
const controls = /<\|([^|<>\n]{0,64})\|>|<(\/?s|bos|eos|start_of_turn|end_of_turn)>|\[(\/?INST)\]|<<(\/?SYS)>>/g

/** A marker that nobody who wrote a text before can know: 32 hexadecimal digits. */
export function randomMarker(): string {
  return randomBytes(16).toString('hex')
}

/** A text between lines that only the request's marker makes; control tokens of chat templates inside are defused. */
export function fenced(label: string, text: string, marker: string): string {
  // A text that holds the marker can only be one that was told it; it must not close its own fence.
  const inside = withoutControls(text).replaceAll(marker, '[marker]')
  return `[[${marker} ${label} BEGINS]]\n${inside}\n[[${marker} ${label} ENDS]]`
}

/** The text with control tokens spelt so that no template reads them. */
export function withoutControls(text: string): string {
  return text.replace(controls, (token) => `‹${token.slice(1, -1)}›`)
}

/** A text whose middle is left out where it is longer than so many characters. */
export function clipped(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const half = Math.floor(maxCharacters / 2)
  const left = text.length - 2 * half
  return `${text.slice(0, half)}\n[… ${left} characters are left out …]\n${text.slice(-half)}`
}
