import { SpeculationError } from '@foretoken/contract'
import type { Message } from '../message.js'
import type { Complete, Usage } from '../ports.js'

/** What a model costs per million tokens, in any currency. */
export interface TokenPrice {
  readonly promptPerMillion: number
  readonly completionPerMillion: number
}

/** Options of {@link judgeBudget}. */
export interface JudgeBudgetOptions {
  /**
   * Most tokens, of prompts and answers together (0 or more).
   * @defaultValue no limit
   */
  readonly maxTokens?: number
  /**
   * Most money, in the currency of the prices (0 or more).
   * @defaultValue no limit
   */
  readonly maxCost?: number
}

/** What was spent. */
export interface Spending {
  readonly tokens: number
  readonly cost: number
}

/** Tokens and money that one or many judges may spend together. */
export interface JudgeBudget {
  readonly spent: Spending
  /** The same model, which refuses with `ERR_BUDGET_EXCEEDED` what the rest may not pay. */
  guard(complete: Complete, price?: TokenPrice): Complete
}

// A token is seldom shorter than two characters, so that a prompt is estimated too long rather than too short.
const charactersPerToken = 2

/** A budget. A request first reserves the most it can take, so that requests side by side do not overdraw it. */
export function judgeBudget({ maxTokens = Infinity, maxCost = Infinity }: JudgeBudgetOptions = {}): JudgeBudget {
  for (const [option, value] of Object.entries({ maxTokens, maxCost })) {
    if (!(value >= 0)) throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be 0 or more, got ${value}`)
  }
  let tokens = 0
  let cost = 0
  let reserved: Spending = { tokens: 0, cost: 0 }
  const reserve = (most: Spending, sign: 1 | -1): void => {
    reserved = { tokens: reserved.tokens + sign * most.tokens, cost: reserved.cost + sign * most.cost }
  }
  return {
    get spent() {
      return { tokens, cost }
    },
    guard: (complete, price = { promptPerMillion: 0, completionPerMillion: 0 }) => {
      return async (messages, options) => {
        const estimate = { promptTokens: promptEstimate(messages), completionTokens: options.maxTokens }
        const most = spendingOf(estimate, price)
        if (tokens + reserved.tokens + most.tokens > maxTokens || cost + reserved.cost + most.cost > maxCost) {
          throw exceeded({ tokens, cost }, most, { maxTokens, maxCost })
        }
        reserve(most, 1)
        try {
          const completion = await complete(messages, options)
          const spent = spendingOf(knownUsage(completion.usage, estimate, completion.text), price)
          tokens += spent.tokens
          cost += spent.cost
          return completion
        } finally {
          reserve(most, -1)
        }
      }
    },
  }
}

function promptEstimate(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(content.length / charactersPerToken), 0)
}

/** Servers that do not count, and answers that were cut, are estimated. */
function knownUsage(usage: Usage, estimate: Usage, text: string): Usage {
  if (usage.promptTokens + usage.completionTokens > 0) return usage
  return { promptTokens: estimate.promptTokens, completionTokens: Math.ceil(text.length / charactersPerToken) }
}

function spendingOf({ promptTokens, completionTokens }: Usage, price: TokenPrice): Spending {
  return {
    tokens: promptTokens + completionTokens,
    cost: (promptTokens * price.promptPerMillion + completionTokens * price.completionPerMillion) / 1e6,
  }
}

function exceeded(spent: Spending, most: Spending, limits: Required<JudgeBudgetOptions>): SpeculationError {
  const of = (value: number, limit: number): string => (limit === Infinity ? `${value}` : `${value} of ${limit}`)
  return new SpeculationError(
    'ERR_BUDGET_EXCEEDED',
    `the judges' budget does not pay for another request: ${of(spent.tokens, limits.maxTokens)} tokens and ${of(spent.cost, limits.maxCost)} money are spent, and it may take ${most.tokens} tokens and ${most.cost}`,
    { details: { ...spent, ...limits } },
  )
}
