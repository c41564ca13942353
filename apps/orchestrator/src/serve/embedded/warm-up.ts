import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'

const tokens = Int32Array.from({ length: 256 }, (_, index) => index % 7)
const rounds = 64

/** Drafts a little, so that the first request does not pay for what the machine does once. */
export async function warmUp(): Promise<void> {
  for (const create of [lookupDrafter, suffixDrafter]) {
    using drafter = create()
    await using session = drafter.open(tokens)
    for (let round = 0; round < rounds; round++) {
      await session.draft({ maxTokens: 8 })
      session.commit(tokens.subarray(round, round + 2))
    }
  }
}
