import type { ServedPiece, ServedStep } from 'foretoken/serve-types'
import { sampleStep } from './sample-step.js'

/** A step and the text that became final with it. */
export interface ScriptedStep {
  readonly step: ServedStep
  readonly pieces: readonly ServedPiece[]
}

/** Steps that say a text word by word; the named drafters take turns with drafts of which one token is refused. */
export function scriptedSteps(text: string, drafters: readonly string[]): ScriptedStep[] {
  const words = text.match(/\S+\s*/g) ?? []
  const steps: ScriptedStep[] = []
  while (words.length > 0) {
    const drafter = drafters[steps.length % drafters.length] ?? ''
    const accepted = drafter === '' ? [] : words.splice(0, Math.min(words.length - 1, 1 + (steps.length % 5)))
    const [own = ''] = words.splice(0, 1)
    const drafted = drafter === '' ? 0 : accepted.length + (steps.length % 3)
    const pieces = accepted.map((word) => ({ text: word, drafter, probability: 0.75 }))
    steps.push({
      step: sampleStep(steps.length, drafted === 0 ? '' : drafter, drafted, accepted.length),
      pieces: [...pieces, { text: own, drafter: '' }],
    })
  }
  return steps
}
