/** A source of a statement: a document and a line of it, as in `results-summary.md:176`. */
export type Citation = string

/** A figure as published: a number, or the least and the most of several. */
export type Figure = number | { readonly least: number; readonly most: number }

/** A model together with how it is run. What is absent is the model's or the engine's own. */
export interface Configuration {
  readonly model: string
  readonly quantisation?: string
  /** Id of the draft model. */
  readonly draft?: string
  readonly draftQuantisation?: string
  /** Most tokens of a draft: K. */
  readonly maxDraftTokens?: number
  /** Experts used for a token. */
  readonly experts?: number
  /** Whether drafts are looked up in the prompt. */
  readonly lookup?: boolean
  readonly temperature?: number
  /** What else is different, in words. */
  readonly variant?: string
}

/** What figures a measurement may have. Rates are 0 to 1; a speed-up is a factor. */
export interface Figures {
  readonly tokensPerSecond?: Figure
  readonly promptTokensPerSecond?: Figure
  readonly speedup?: Figure
  readonly acceptanceRate?: Figure
  readonly qualityRate?: Figure
  readonly draftedTokens?: Figure
  readonly acceptedTokens?: Figure
  readonly bytes?: Figure
}

/** The name of a figure. */
export type FigureName = keyof Figures

/** Points got and points possible. */
export type Score = readonly [points: number, of: number]

/** What one line of a source says that one configuration did. */
export interface Measurement extends Configuration, Figures {
  readonly source: Citation
  /** Day of the measurement, or of the last update of its document. */
  readonly date: string
  readonly hardware: string
  readonly method: string
  /** How the source calls it. */
  readonly label?: string
  readonly role?: string
  readonly task?: string
  /** Points by suite. */
  readonly scores?: Readonly<Record<string, Score>>
  /** That it did not run, or wrote nonsense. */
  readonly outcome?: 'fails' | 'garbage'
  /** Figures that the source gives as approximate. */
  readonly approximate?: readonly FigureName[]
  /** Whether not all of the suites were run to their end. */
  readonly partial?: boolean
  /** Whether the suites were those from before they were made harder. */
  readonly earlierSuites?: boolean
  /** Why scores and quality do not count. */
  readonly invalidScores?: string
  /** What else the line says, by column. */
  readonly remarks?: Readonly<Record<string, string>>
}

/** A figure as one number: the middle of a range. */
export function figureValue(figure: Figure): number {
  return typeof figure === 'number' ? figure : Number(((figure.least + figure.most) / 2).toFixed(3))
}
