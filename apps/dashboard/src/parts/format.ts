/** What stands for a figure that is not known yet. */
export const unknown = '–'

/** A share as a percentage without decimals. */
export function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`
}

/** Three digits are enough for a figure that is measured. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return unknown
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 10 ? 1 : 2)
}

/** A whole number with groups of three digits. */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** A duration in the unit that suits it. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return unknown
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${figure(ms)} ms`
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Bytes in the unit that suits them. */
export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(value) / 10))
  return `${figure(value / 1_024 ** power).replace(/\.0+$/, '')} ${byteUnits[power]}`
}

/** The time of day of an ISO 8601 time, where the reader is. */
export function timeOfDay(iso: string): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? iso : time.toLocaleTimeString([], { hour12: false })
}
