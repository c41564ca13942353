import {
  type Complete,
  type JudgedRunEvent,
  type Jury,
  judgedRuns,
  parseSuite,
  type RunCandidate,
  resultsStore,
  runSuites,
  type Suite,
} from '@foretoken/judge'
import { hastyClock } from './hasty-clock.js'

/** Three prompts of which only a judge can score the last two. */
export const rubricSuite: Suite = parseSuite(`
suite: mixed
version: 1
description: d
prompts:
  - id: sum
    tier: T1
    messages: [{ role: user, content: 'What is 1 + 1?' }]
    reference: '2'
    checker: { kind: numeric, value: 2 }
    answers: { right: '2', wrong: '3' }
  - id: poem
    tier: T1
    messages: [{ role: user, content: 'Write a poem.' }]
    reference: 'A poem.'
    rubric: { right: 'It rhymes.' }
    answers: { right: 'A cat, a hat.', wrong: 'A cat.' }
  - id: letter
    tier: T2
    messages: [{ role: user, content: 'Write a letter.' }]
    reference: 'A letter.'
    rubric: { right: 'It has a greeting.' }
    answers: { right: 'Dear cat, yes.', wrong: 'Yes.' }
`)

/** A model that says what a function makes of the question. */
export function answering(path: string, answer: (question: string) => string): RunCandidate {
  const complete: Complete = async (messages) => ({
    text: answer(messages[0]?.content ?? ''),
    finish: 'stop',
    toolCalls: [],
    usage: { promptTokens: 3, completionTokens: 1 },
  })
  return {
    subject: {
      model: { path, bytes: 1, hash: '0123456789abcdef' },
      configuration: { name: 'default', settings: {} },
      engine: { name: 'memory', version: '1', settings: {} },
      machine: {},
      packages: {},
    },
    open: async () => ({ complete, [Symbol.asyncDispose]: async () => {} }),
  }
}

/** Runs the suite on a model in a folder, judged by the jury. */
export async function judgedRun(
  folder: string,
  jury: Jury,
  candidate: RunCandidate = answering('/m/small.gguf', () => 'It is 2.'),
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly JudgedRunEvent[]> {
  const [store, clock] = [resultsStore(folder), hastyClock()]
  const sampling = { temperature: 0, seed: 0, maxTokens: 10 }
  const runs = runSuites({ store, suites: [{ suite: rubricSuite }], candidates: [candidate], sampling, clock, signal })
  const events: JudgedRunEvent[] = []
  for await (const event of judgedRuns(runs, { store, jury, clock, signal })) events.push(event)
  return events
}
