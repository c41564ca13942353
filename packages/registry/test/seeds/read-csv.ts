/** A row of a table: what stands under each heading. */
export type Row = Readonly<Record<string, string>>

/** The rows of a CSV text, by the headings of its first line (RFC 4180). */
export function readCsv(text: string): Row[] {
  const [head = [], ...rows] = [...records(text)]
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])))
}

function* records(text: string): Generator<string[]> {
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (end === '' && row.length === 0 && quoted === undefined && plain === '') return
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') {
      yield row
      row = []
    }
  }
}
