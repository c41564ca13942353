import type { Figure } from '@foretoken/registry'

/** Bytes as people write them, e.g. `18.5 GB`. */
export function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(1))} GB`
}

/** A share as people write it, e.g. `97.5 %`. */
export function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(1))} %`
}

/** A figure as its source gives it, in the words of `write`: one number, or the least and the most. */
export function figureText(figure: Figure, write: (value: number) => string = String): string {
  return typeof figure === 'number' ? write(figure) : `${write(figure.least)} to ${write(figure.most)}`
}
