import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'

/** A kind of instruction: whether a text follows it, given the instruction's arguments. */
export interface IfevalKind {
  /** What is wrong with the arguments; `undefined` when they are good. */
  fault(args: unknown): string | undefined
  follows(args: unknown, text: string): boolean
}

/** A kind whose arguments fit a schema. */
export function ifevalKind<Arguments>(
  schema: z.ZodType<Arguments>,
  follows: (args: Arguments, text: string) => boolean,
): IfevalKind {
  return {
    fault: (args) => {
      const { error } = schema.safeParse(args)
      return error && z.prettifyError(error)
    },
    follows: (args, text) => {
      const { data, error } = schema.safeParse(args)
      if (error)
        throw new SpeculationError('ERR_OPTION_INVALID', `arguments of an instruction: ${z.prettifyError(error)}`)
      return follows(data, text)
    },
  }
}

/** No arguments. */
export const noArguments: z.ZodType<Record<string, never>> = z.strictObject({})
/** How a count is compared. */
export const relation: z.ZodType<Relation> = z.enum(['less than', 'at least'])
/** A threshold. */
export const count: z.ZodType<number> = z.int().min(0)
/** A word or a phrase. */
export const phrase: z.ZodType<string> = z.string().min(1).max(2_000)

/** How a count is compared with its threshold. */
export type Relation = 'less than' | 'at least'

/** Whether a count is as it should be. */
export function compares(got: number, how: Relation, threshold: number): boolean {
  return how === 'less than' ? got < threshold : got >= threshold
}
