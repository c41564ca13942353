import { z } from 'zod'

/** Text that is there, and that fits a line or two. */
export const text: z.ZodString = z.string().min(1).max(4000)
/** A name that other entries refer to. */
export const id: z.ZodString = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._ +=-]*$/)
  .max(120)
/** `results-summary.md:176`: the document and the line. */
export const citation: z.ZodString = z.string().regex(/^[A-Za-z0-9._-]+:[1-9]\d*$/)
/** A day, as in 2026-01-07. */
export const date: z.ZodISODate = z.iso.date('it must be a day such as 2026-01-31')
/** A number that is not negative. */
export const amount: z.ZodNumber = z.number().nonnegative()
/** A share of a whole. */
export const rate: z.ZodNumber = z.number().min(0).max(1)
/** A count of at least one. */
export const count: z.ZodInt = z.int().positive()
/** Fits an argument of the command line. */
export const port: z.ZodInt = z.int().min(1).max(65_535)
/** Where a statement comes from, and from when it is. */
export const cited: { readonly source: z.ZodString; readonly date: z.ZodISODate } = { source: citation, date }
