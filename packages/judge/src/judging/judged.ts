import type { Answer } from '../answer.js'
import type { SuitePrompt } from '../suite.js'

/** What a judge is shown of a prompt. */
export type JudgedPrompt = Pick<SuitePrompt, 'messages' | 'reference' | 'rubric' | 'steps' | 'images' | 'tools'>

/** An answer to be judged, and who wrote it, which the judge is not told. */
export interface JudgedAnswer {
  readonly model: string
  readonly answer: Answer
}
