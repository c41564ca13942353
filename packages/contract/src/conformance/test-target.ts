import { SpeculationError } from '../errors.js'
import type { Target } from '../target.js'
import type { TokenId, Tokens } from '../tokens.js'
import { testLaws } from './law.js'
import { plainText, type Text } from './target-laws/text.js'
import { type TargetLaw, targetLaws } from './target-laws.js'

/** The target under test. */
export interface TargetSubject {
  /** Makes a target; every law makes one and opens its sessions one after another. */
  readonly create: () => Target | Promise<Target>
  /** At least one; plain decoding of them is the reference. At least one text should end within `maxTokens`. */
  readonly prompts: readonly Tokens[]
  /**
   * Makes a target whose context is so small that one of the texts fills it, and in which every prompt fits. Without it
   * the law `context` is not tested.
   * @defaultValue undefined
   */
  readonly smallContext?: () => Target | Promise<Target>
  /**
   * End-of-text tokens, besides those that the texts end with.
   * @defaultValue []
   */
  readonly endTokens?: readonly TokenId[]
  /**
   * The first id outside the vocabulary. Without it only ids that are outside every vocabulary are tried.
   * @defaultValue undefined
   */
  readonly vocabularySize?: number
  /**
   * Most tokens of one text.
   * @defaultValue 48
   */
  readonly maxTokens?: number
  /**
   * Laws the target is known to break. Each must still fail, so the list can only shrink.
   * @defaultValue []
   */
  readonly knownGaps?: readonly TargetLaw[]
  /**
   * Generated texts per law; each takes up to `maxTokens` verifications.
   * @defaultValue 20
   */
  readonly numRuns?: number
}

/** Registers one vitest test per law of the target contract. */
export function testTarget(subject: TargetSubject): void {
  const { create, prompts, smallContext, vocabularySize } = subject
  const { endTokens = [], maxTokens = 48, knownGaps = [], numRuns = 20 } = subject
  if (prompts.length === 0)
    throw new SpeculationError('ERR_OPTION_INVALID', 'prompts must hold at least one prompt, got none')
  let texts: Promise<readonly Text[]> | undefined
  const plainTexts = () => {
    texts ??= readPlainTexts(subject, maxTokens)
    return texts
  }
  const { context, ...others } = targetLaws
  testLaws({
    title: 'target contract',
    laws: smallContext === undefined ? others : targetLaws,
    subject: { create, smallContext, prompts, endTokens, vocabularySize, maxTokens, numRuns, plainTexts },
    knownGaps,
  })
}

async function readPlainTexts({ create, prompts }: TargetSubject, maxTokens: number): Promise<readonly Text[]> {
  await using target = await create()
  const texts: Text[] = []
  for (const prompt of prompts) texts.push(await plainText(target, prompt, maxTokens))
  return texts
}
