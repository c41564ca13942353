import type { TraceRequest } from '../trace-request.js'
import { Alternatives } from './alternatives.js'
import { followed, growDraft, type Rule, type ShapedDraft } from './grow-draft.js'
import { type Match, TextIndex } from './text-index.js'

/** What the steps of some requests add up to. */
export interface ShapeCounts {
  readonly steps: number
  readonly outputTokens: number
  readonly draftedTokens: number
}

/**
 * What is drafted: one path, a tree of alternatives, or a tree of as many tokens as the path would have had in the same place.
 */
export type Contestant = 'path' | 'equal-tree' | 'tree'

/** Earlier places that are asked. */
const MOST_COPIES = 12

/**
 * Replays requests, one after another, with drafts of one shape. The drafter is the same for all shapes: it copies what followed
 * earlier places that end alike, of this request and all before it, and learns how often which copies are right.
 */
export function playShape(requests: readonly TraceRequest[], contestant: Contestant, rule: Rule): ShapeCounts {
  const index = new TextIndex()
  const alternatives = new Alternatives(index)
  let [steps, outputTokens, draftedTokens] = [0, 0, 0]
  let before: TraceRequest | undefined
  for (const request of requests) {
    const known = continuedTokens(before, request)
    if (known === 0) index.separate()
    index.append(request.prompt.subarray(known))
    for (let said = 0; said < request.output.length; ) {
      const rest = request.output.subarray(said)
      const draft = draftOf(contestant, alternatives, index.matches(MOST_COPIES), rule)
      // The last token is the target's own, as an end-of-text token is.
      const { accepted, passed } = followed(draft, rest.subarray(0, -1))
      for (const [place, { alternatives: offered }] of passed.entries())
        alternatives.learn(offered, rest[place] as number)
      index.append(rest.subarray(0, accepted + 1))
      said += accepted + 1
      steps += 1
      draftedTokens += draft.tokens
    }
    outputTokens += request.output.length
    before = request
  }
  return { steps, outputTokens, draftedTokens }
}

function draftOf(
  contestant: Contestant,
  alternatives: Alternatives,
  copies: readonly Match[],
  rule: Rule,
): ShapedDraft {
  if (contestant !== 'equal-tree') return growDraft(alternatives, copies, contestant, rule)
  const path = growDraft(alternatives, copies, 'path', rule)
  return growDraft(alternatives, copies, 'tree', (_, tokens) => tokens < path.tokens)
}

/** How many of the prompt's tokens are the request before it and its answer, if it goes on from all of it. */
function continuedTokens(before: TraceRequest | undefined, { prompt }: TraceRequest): number {
  if (before === undefined) return 0
  const begun = before.prompt.length
  const known = begun + before.output.length
  if (known >= prompt.length) return 0
  const isPrompt = before.prompt.every((token, place) => token === prompt[place])
  return isPrompt && before.output.every((token, place) => token === prompt[begun + place]) ? known : 0
}
