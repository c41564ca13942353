import {
  type Complete,
  type JudgedAnswer,
  type JudgedPrompt,
  type LlmJudge,
  type LlmJudgeOptions,
  llmJudge,
  type Message,
} from '@foretoken/judge'
import { hastyClock } from './hasty-clock.js'

/** A task for judges. */
export const prompt: JudgedPrompt = { messages: [{ role: 'user', content: 'What is 2 + 2?' }], reference: '4' }
/** A right answer to it. */
export const candidate: JudgedAnswer = { model: 'small', answer: { text: 'It is 4.' } }

/** A model that follows a script. */
export interface ScriptedModel {
  readonly complete: Complete
  readonly sent: (readonly Message[])[]
}

/** A model that replies what a function makes of the last message, and remembers what it was sent. */
export function scripted(reply: (text: string) => string): ScriptedModel {
  const sent: (readonly Message[])[] = []
  const complete: Complete = async (messages) => {
    sent.push(messages)
    const text = reply(messages.at(-1)?.content ?? '')
    return { text, finish: 'stop', toolCalls: [], usage: { promptTokens: 100, completionTokens: 20 } }
  }
  return { complete, sent }
}

/** A judge called referee, which waits for nothing. */
export function judgeOf(complete: Complete, options: Partial<LlmJudgeOptions> = {}): LlmJudge {
  return llmJudge({ model: 'referee', complete, clock: hastyClock(), ...options })
}

/** The best verdict. */
export const three: string = '{"reason": "right", "score": 3}'
