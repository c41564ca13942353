/** What a model reads for a token, and how long that takes. */
export interface TokenCost {
  readonly bytesPerToken: number
  readonly seconds: number
}

const smallShare = 0.2
const waitingShare = 0.6

/** A draft model that reads a fraction of the target takes a like fraction of its time, unless its threads wait. */
export function waitingDraft(model: TokenCost, draft: TokenCost): readonly string[] {
  if (draft.bytesPerToken > smallShare * model.bytesPerToken || draft.seconds < waitingShare * model.seconds) return []
  const times = Math.round(model.bytesPerToken / draft.bytesPerToken)
  const milliseconds = (seconds: number) => `${(1000 * seconds).toFixed(1)} ms`
  return [
    `A drafted token takes ${milliseconds(draft.seconds)}, and a step of the model, which reads ${times} times as much, ${milliseconds(model.seconds)}: threads wait for each other, as they do on a busy machine; try --threads 1.`,
  ]
}
