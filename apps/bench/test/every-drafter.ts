import { arbiter, costCurve, fixedLength, goodputPolicy } from '@foretoken/adaptive-k'
import type { Drafter, LengthPolicy, Tokens } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { firstOf } from '@foretoken/speculate'
import { hopelessDrafter } from '../src/hopeless-drafter.js'
import { oracleDrafter } from '../src/replay/baselines/oracle.js'
import { randomDrafter } from './random-drafter.js'

/** What drafts one text, and how long its drafts are. */
export interface MatrixDrafting {
  readonly drafter: Drafter
  readonly policy?: LengthPolicy
}

/** Makes a drafter that knows nothing yet; `text` is what the target will write behind `prompt`. */
export type MatrixDrafter = (text: Tokens, prompt: Tokens) => MatrixDrafting | Promise<MatrixDrafting>

/** Every way of drafting for a model, with a smaller one to draft. */
export function everyDrafter(
  { facts: { vocabularySize, endOfTextTokens } }: LoadedModel,
  draftModel: Drafter,
): Readonly<Record<string, MatrixDrafter>> {
  const model = lent(draftModel)
  return {
    lookup: () => ({ drafter: lookupDrafter() }),
    suffix: () => ({ drafter: suffixDrafter() }),
    'suffix with memory': async (text, prompt) => ({ drafter: await remembering(suffixDrafter(), text, prompt) }),
    model: () => ({ drafter: model }),
    chain: () => ({ drafter: firstOf(lookupDrafter(), suffixDrafter(), model) }),
    auto: () => {
      const policy = goodputPolicy()
      return { drafter: arbiter([lookupDrafter(), suffixDrafter()], policy), policy }
    },
    arbiter: () => {
      // A token more for next to nothing, so that much is drafted; only with a given curve and length do timings not count.
      const curve = costCurve(
        [1, 33].map((width) => ({ width, seconds: 0.01 + width / 10_000 })),
        {
          draftSeconds: { model: 0.000_5 },
        },
      )
      const drafter = arbiter([lookupDrafter(), suffixDrafter(), model], goodputPolicy(curve))
      return { drafter, policy: fixedLength(7) }
    },
    oracle: (text, prompt) => ({ drafter: oracleOf(prompt, text) }),
    hopeless: (text) => ({ drafter: hopelessDrafter(text) }),
    random: (text) => ({
      drafter: randomDrafter({ text, vocabularySize, endOfTextTokens: [...endOfTextTokens], seed: text.length }),
      policy: fixedLength(24),
    }),
  }
}

/** Drafts what the target will write. */
export function oracleOf(prompt: Tokens, text: Iterable<number>): Drafter {
  return oracleDrafter([{ id: 'text', prompt, output: Int32Array.from(text) }])
}

/** A drafter that has seen the text once. */
async function remembering(drafter: Drafter, text: Tokens, prompt: Tokens): Promise<Drafter> {
  await using session = drafter.open(prompt)
  session.commit(text)
  return drafter
}

/** A drafter whose end is another's affair. */
function lent({ contractVersion, name, learnsAcrossSessions, open }: Drafter): Drafter {
  return { contractVersion, name, learnsAcrossSessions, open, [Symbol.dispose]() {} }
}
