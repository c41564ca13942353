import type { Tokens } from '@foretoken/contract'
import type { Alternative, Alternatives } from './alternatives.js'
import type { Match } from './text-index.js'

/** A path has one token at each place; a tree may have several. */
export type Shape = 'path' | 'tree'

/** Whether one more token is taken: its chance of being reached, how many there are, and the sum of their chances. */
export type Rule = (reached: number, tokens: number, expected: number) => boolean

/** A place in a draft. */
export interface DraftNode {
  readonly reached: number
  /** All that may come next there; drafted are those in `drafted`. */
  readonly alternatives: readonly Alternative[]
  readonly drafted: Map<number, DraftNode>
}

/** A draft of either shape. */
export interface ShapedDraft {
  readonly root: DraftNode
  /** Tokens to verify. */
  readonly tokens: number
}

const LONGEST_DRAFT = 64

/** Takes the likeliest token that may be added next, as long as the rule says so. */
export function growDraft(alternatives: Alternatives, copies: readonly Match[], shape: Shape, rule: Rule): ShapedDraft {
  const root = node(alternatives, copies, 1)
  const frontier = new Frontier(shape)
  frontier.open(root)
  let tokens = 0
  let expected = 0
  while (tokens < LONGEST_DRAFT) {
    const next = frontier.take()
    if (next === undefined || !rule(next.reached, tokens, expected)) break
    const child = node(alternatives, next.alternative.copies, next.reached)
    next.parent.drafted.set(next.alternative.token, child)
    frontier.open(child)
    tokens += 1
    expected += next.reached
  }
  return { root, tokens }
}

/** How many of `truth` the draft holds from its root on, and the places that were passed. */
export function followed({ root }: ShapedDraft, truth: Tokens): { accepted: number; passed: DraftNode[] } {
  const passed = [root]
  for (const token of truth) {
    const next = passed[passed.length - 1]?.drafted.get(token)
    if (next === undefined) break
    passed.push(next)
  }
  return { accepted: passed.length - 1, passed }
}

interface Branch {
  readonly parent: DraftNode
  readonly alternative: Alternative
  readonly reached: number
}

/** The tokens that may be added next. */
class Frontier {
  readonly #shape: Shape
  readonly #branches: Branch[] = []

  constructor(shape: Shape) {
    this.#shape = shape
  }

  open(parent: DraftNode): void {
    const { alternatives, reached } = parent
    for (const alternative of this.#shape === 'path' ? alternatives.slice(0, 1) : alternatives)
      this.#branches.push({ parent, alternative, reached: reached * alternative.probability })
  }

  take(): Branch | undefined {
    const reaches = this.#branches.map(({ reached }) => reached)
    const best = reaches.indexOf(Math.max(...reaches))
    return best < 0 ? undefined : this.#branches.splice(best, 1)[0]
  }
}

function node(alternatives: Alternatives, copies: readonly Match[], reached: number): DraftNode {
  return { reached, alternatives: alternatives.after(copies), drafted: new Map() }
}
