/** Bytes as people write them, e.g. `18.5 GB`. */
export function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(1))} GB`
}

/** A share as people write it, e.g. `97.5 %`. */
export function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(1))} %`
}
