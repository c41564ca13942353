import type { ServiceState } from '../serving-service.js'
import type { ServedStep, TextEvent } from '../text-event.js'

/** What the house wrote since its start. */
export interface HouseTally {
  /** Hears the events of one answer, those of one that does not pass included. */
  answer(): (event: TextEvent) => void
  figures(): Pick<ServiceState, 'goodput' | 'tokens' | 'steps' | 'drafters'>
}

/** Goodput is said over so many seconds. */
const windowSeconds = 10

/** Counts; `now` gives milliseconds that never run backwards. */
export function houseTally(now: () => number): HouseTally {
  const startedAt = now()
  // Tokens by the second in which they came, the last ones only.
  const bySecond = new Map<number, number>()
  const drafters = new Map<string, { drafted: number; accepted: number }>()
  let [tokens, steps] = [0, 0]
  const second = () => Math.floor((now() - startedAt) / 1_000)
  const count = (added: number) => {
    tokens += added
    bySecond.set(second(), (bySecond.get(second()) ?? 0) + added)
    for (const old of bySecond.keys()) if (old <= second() - windowSeconds) bySecond.delete(old)
  }
  const hearStep = ({ drafter, draftedTokens, acceptedTokens, tokens: committed }: ServedStep) => {
    count(committed)
    steps++
    if (drafter === '') return
    const known = drafters.get(drafter) ?? { drafted: 0, accepted: 0 }
    drafters.set(drafter, { drafted: known.drafted + draftedTokens, accepted: known.accepted + acceptedTokens })
  }
  return {
    answer() {
      let speaksOfSteps = false
      return (event) => {
        // An engine that does not speak of steps says how many tokens it wrote at the end.
        if (event.kind === 'end' && !speaksOfSteps) count(event.completionTokens)
        if (event.kind !== 'piece' || event.step === undefined) return
        speaksOfSteps = true
        hearStep(event.step)
      }
    },
    figures() {
      const from = second() - windowSeconds
      const recent = [...bySecond].reduce((sum, [at, added]) => sum + (at > from ? added : 0), 0)
      const lasted = Math.min(windowSeconds, Math.max(1, (now() - startedAt) / 1_000))
      return { goodput: recent / lasted, tokens, steps, drafters: Object.fromEntries(drafters) }
    },
  }
}
