import type { Figure, FigureName, Score } from '../../src/registry-file/measurement.js'
import type { OpenConfiguration } from './configuration-of.js'
import type { ReadFigure, Unit } from './read-figure.js'

/** What a row tells about one configuration. */
export interface Part {
  readonly task?: string
  configuration: OpenConfiguration
  readonly figures: Partial<Record<FigureName, Figure>>
  readonly approximate: FigureName[]
  readonly scores: Record<string, Score>
  readonly remarks: Record<string, string>
  outcome?: 'fails' | 'garbage'
}

/** The unit that each figure is told in. */
export const units: Readonly<Record<FigureName, Unit>> = {
  tokensPerSecond: 'speed',
  promptTokensPerSecond: 'speed',
  speedup: 'factor',
  acceptanceRate: 'share',
  qualityRate: 'share',
  draftedTokens: 'number',
  acceptedTokens: 'number',
  bytes: 'bytes',
}

/** A part that tells nothing yet. */
export function emptyPart(configuration: OpenConfiguration): Part {
  return { configuration, figures: {}, approximate: [], scores: {}, remarks: {} }
}

/** Whether there is a figure, a score or an outcome. */
export function tellsSomething({ figures, scores, outcome }: Part): boolean {
  return Object.keys(figures).length > 0 || Object.keys(scores).length > 0 || outcome !== undefined
}

/** Whether a cell says something besides its figure. */
export function leftOver({ rest }: ReadFigure): boolean {
  return /[\p{L}\d]/u.test(rest)
}
