import { type Html, type HtmlValue, html } from './html.js'

/** A table; the first column names the rows. */
export interface TableOptions {
  readonly caption: string
  readonly head: readonly HtmlValue[]
  readonly rows: readonly (readonly HtmlValue[])[]
}

/** A table that scrolls by itself where the page is narrow. */
export function table({ caption, head, rows }: TableOptions): Html {
  const cells = rows.map(([name, ...figures]) => {
    return html`<tr><th scope="row">${name}</th>${figures.map((cell) => html`<td>${cell}</td>`)}</tr>
`
  })
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${cells}</tbody></table></div>
`
}
