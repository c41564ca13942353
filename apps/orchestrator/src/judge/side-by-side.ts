/** Options of {@link sideBySide}. */
export interface SideBySideOptions {
  /** Width of the terminal in cells. */
  readonly columns: number
  /**
   * Most lines that are shown of a text.
   * @defaultValue all
   */
  readonly maxLines?: number
}

/** Fewest cells in which a column can be read. */
const leastColumn = 24
const gap = ' │ '

/** Two texts beside each other, or one below the other where the terminal is too narrow; long lines are wrapped. */
export function sideBySide(left: string, right: string, options: SideBySideOptions): readonly string[] {
  const { columns, maxLines = Number.POSITIVE_INFINITY } = options
  const width = Math.floor((columns - gap.length) / 2)
  if (width < leastColumn) {
    return [left, right].flatMap((text, index) => {
      const lines = shortened(wrapped(text, Math.max(1, columns - 2)), maxLines)
      return lines.map((line) => `${index === 0 ? '<' : '>'} ${line}`)
    })
  }
  const [one, other] = [left, right].map((text) => shortened(wrapped(text, width), maxLines)) as [string[], string[]]
  return Array.from({ length: Math.max(one.length, other.length) }, (_, index) => {
    const line = one[index] ?? ''
    return `${line}${' '.repeat(width - cellsOf(line))}${gap}${other[index] ?? ''}`.trimEnd()
  })
}

/** Cells that a text takes on a terminal. */
export function cellsOf(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text)) cells += wide.test(segment) ? 2 : 1
  return cells
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// What East Asian fonts and emoji draw over two cells (Unicode Standard Annex 11), for the scripts that models write.
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFF60]/u

function shortened(lines: readonly string[], maxLines: number): readonly string[] {
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), `… ${lines.length - maxLines + 1} more lines`]
}

function wrapped(text: string, width: number): readonly string[] {
  return text
    .replaceAll('\t', '    ')
    .replaceAll('\r', '')
    .split('\n')
    .flatMap((line) => wrappedLine(line, width))
}

/** Breaks after the last space that fits, or within a word that does not fit alone. */
function wrappedLine(line: string, width: number): readonly string[] {
  const lines: string[] = []
  let current = ''
  let cells = 0
  for (const { segment } of graphemes.segment(line)) {
    const segmentCells = cellsOf(segment)
    if (cells + segmentCells > width) {
      const space = current.lastIndexOf(' ') + 1
      const end = current.slice(0, space).trim() === '' ? current.length : space
      lines.push(current.slice(0, end).trimEnd())
      current = current.slice(end)
      cells = cellsOf(current)
    }
    current += segment
    cells += segmentCells
  }
  return [...lines, current]
}
