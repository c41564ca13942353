import { z } from 'zod'
import type { Score } from '../check-result.js'
import { finalText } from '../checkers/answer-part.js'

/** A judge's score, as it writes it. */
export interface ScoreVerdict {
  readonly reason: string
  readonly score: Score
}

/** A judge's choice by place, as it writes it. */
export interface PlaceVerdict {
  readonly reason: string
  readonly winner: 'A' | 'B' | 'tie'
}

/** A form of verdict: how it is checked, and what engines enforce. */
export interface VerdictForm<Verdict> {
  readonly schema: z.ZodType<Verdict>
  readonly json: Readonly<Record<string, unknown>>
}

const reason = z.string().max(4_000)

/** Scores from 0 to 3. */
export const scoreForm: VerdictForm<ScoreVerdict> = {
  schema: z.object({ reason, score: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]) }),
  json: objectSchema('score', { type: 'integer', enum: [0, 1, 2, 3] }),
}

/** The better of two places, or neither. */
export const placeForm: VerdictForm<PlaceVerdict> = {
  schema: z.object({ reason, winner: z.enum(['A', 'B', 'tie']) }),
  json: objectSchema('winner', { type: 'string', enum: ['A', 'B', 'tie'] }),
}

function objectSchema(name: string, value: object): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    properties: { reason: { type: 'string', maxLength: 1_000 }, [name]: value },
    required: ['reason', name],
    additionalProperties: false,
  }
}

/**
 * The verdict in a reply, or what is wrong with it. Among other text there must be exactly one, since a judge may quote an
 * answer that contains a verdict.
 */
export function parseVerdict<Verdict>(reply: string, form: VerdictForm<Verdict>): Verdict | string {
  const text = finalText(reply).slice(0, 100_000)
  const verdicts = [text, ...objectsIn(text)].flatMap((part) => {
    const read = form.schema.safeParse(jsonOf(part))
    return read.success ? [read.data] : []
  })
  const different = new Map(verdicts.map((verdict) => [JSON.stringify(verdict), verdict]))
  const [verdict] = different.values()
  if (verdict === undefined)
    return text === '' ? 'the reply is empty' : 'the reply is no JSON object of the form asked for'
  return different.size === 1 ? verdict : `the reply holds ${different.size} different verdicts`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The outermost balanced `{…}` of a text, strings respected; linear in its length. */
function objectsIn(text: string): readonly string[] {
  const objects: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (token === '{' && depth++ === 0) start = index
    if (token === '}' && depth > 0 && --depth === 0) objects.push(text.slice(start, index + 1))
  }
  return objects
}
