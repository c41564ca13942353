import { type DefaultTreeAdapterTypes, parse } from 'parse5'

/** An element of a page as a browser reads it. */
export type PageElement = DefaultTreeAdapterTypes.Element

/** The elements of a page, from top to bottom. */
export function pageElements(page: string): readonly PageElement[] {
  return elementsOf(parse(page))
}

/** The elements in one, from top to bottom, that are of a name and class; any where these are left out. */
export function find(element: PageElement, name?: string, className?: string): readonly PageElement[] {
  return elementsOf(element).filter(
    (one) =>
      (name === undefined || one.tagName === name) &&
      (className === undefined || (attribute(one, 'class') ?? '').split(' ').includes(className)),
  )
}

/** The value of an attribute. */
export function attribute(element: PageElement, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value
}

/** The text in an element, to the letter. */
export function textOf(node: DefaultTreeAdapterTypes.ChildNode): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

/** The cells of a table as texts, row by row, the head first. */
export function cellsOf(table: PageElement): readonly (readonly string[])[] {
  const cells = (row: PageElement): readonly string[] => [...find(row, 'th'), ...find(row, 'td')].map(textOf)
  return find(table, 'tr').map(cells)
}

function elementsOf(node: DefaultTreeAdapterTypes.ParentNode): readonly PageElement[] {
  return node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...elementsOf(child)] : []))
}
