import type { Drafter, LengthPolicy } from '@foretoken/contract'

/** What a step takes. */
export interface Times {
  readonly verifySeconds: (width: number) => number
  /** Seconds spent on drafting since it was last called. */
  readonly draftSeconds?: () => number
}

/** Writes `text` after its first token with a drafter and a policy; the seconds that each of its blocks takes. */
export async function runText(
  drafter: Drafter,
  policy: LengthPolicy,
  { text, blockTokens }: { text: Int32Array; blockTokens: number },
  { verifySeconds, draftSeconds = () => 0 }: Times,
): Promise<number[]> {
  await using session = drafter.open(text.slice(0, 1))
  const length = policy.open()
  const blocks: number[] = []
  let place = 1
  while (place < text.length) {
    const limits = length.limits({ depth: place, batchWidth: 0 })
    const draft = limits.maxTokens === 0 ? { tokens: new Int32Array(), drafter: '' } : await session.draft(limits)
    const draftTime = draftSeconds()
    const sent = Math.min(length.cut(draft), text.length - place - 1)
    let accepted = 0
    while (accepted < sent && draft.tokens[accepted] === text[place + accepted]) accepted++
    const verifyTime = verifySeconds(sent + 1)
    session.commit(text.slice(place, place + accepted + 1))
    length.observe({
      draft,
      sent,
      accepted,
      draftMs: 1000 * draftTime,
      verifyMs: 1000 * verifyTime,
      width: sent + 1,
      batchWidth: 0,
      depth: place,
    })
    // A step across a border belongs to both blocks, by its tokens.
    for (let token = 0; token <= accepted; token++) {
      const block = Math.floor((place + token) / blockTokens)
      blocks[block] = (blocks[block] ?? 0) + (draftTime + verifyTime) / (accepted + 1)
    }
    place += accepted + 1
  }
  return blocks
}
