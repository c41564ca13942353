import { z } from 'zod'

const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

const timeUnits: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 }

/** Bytes: `20GB`, `512MiB`, or a number of bytes. */
export const bytesSchema: z.ZodType<number> = z.union(
  [
    z.int().positive(),
    z
      .string()
      .regex(/^\d+(\.\d+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$/)
      .transform((text) => amount(text, byteUnits)),
  ],
  'a size is a number with its unit, as 20GB or 512MiB',
)

/** A time in milliseconds: `30s`, `10min`, `2h`. */
export const durationSchema: z.ZodType<number> = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|min|h|d)$/, 'a time is a number with its unit, as 30s or 10min')
  .transform((text) => amount(text, timeUnits))

function amount(text: string, units: Readonly<Record<string, number>>): number {
  const [, number = '', unit = ''] = /^([\d.]+)(.*)$/.exec(text) ?? []
  return Math.round(Number(number) * (units[unit] ?? 1))
}
