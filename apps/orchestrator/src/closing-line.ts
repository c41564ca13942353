import type { Summary } from '@foretoken/speculate'
import type { Colours } from './colours.js'
import { colourOf } from './drafting.js'
import type { Generation } from './generation.js'

const endings: Readonly<Record<Generation['finish'], string>> = {
  '': 'unfinished',
  'end-of-text': 'end of text',
  'max-tokens': 'at --max-tokens',
  'context-full': 'context full',
  stopped: 'at a --stop text',
  aborted: 'interrupted',
}

/** The line under a text: what it cost, who drafted it, why it ended. The drafters' names show their colours. */
export function closingLine(generation: Generation, drafterName: string, colours: Colours): string {
  const { summary, finish, tokensPerSecond } = generation
  if (summary.steps === 0) return `0 tokens · ${endings[finish]}`
  const parts = [
    counted(summary.tokens, 'token'),
    `${summary.tokensPerStep.toFixed(2)} tokens/step`,
    draftersPart(summary, drafterName, colours),
    `${speed(tokensPerSecond)} tokens/s`,
    endings[finish],
  ]
  if (summary.dropped !== undefined) parts.push(`drafting was switched off: ${summary.dropped}`)
  return parts.join(' · ')
}

/** "1 token", "2 tokens". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A speed with three digits or so. */
export function speed(tokensPerSecond: number): string {
  return tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0)
}

/** Accepted of drafted by drafter. Acceptance is never shown without the tokens/step beside it. */
function draftersPart(summary: Summary, drafterName: string, colours: Colours): string {
  if (drafterName === 'none') return 'plain decoding'
  const shares = Object.entries(summary.byDrafter).map(([name, { acceptedTokens, draftedTokens }]) => {
    const colour = colourOf(name)
    const rate = draftedTokens === 0 ? 0 : Math.round((100 * acceptedTokens) / draftedTokens)
    return `${colour === undefined ? name : colours[colour](name)} ${acceptedTokens} of ${draftedTokens} accepted (${rate} %)`
  })
  return shares.join(', ') || 'nothing drafted'
}
