import type { HouseRole } from '../service/house-model.js'
import type { RoutedRequest } from '../serving-service.js'
import type { ServedLogProbability, TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import { labelProbabilities } from './label-probabilities.js'

/** What the front door made of a request. */
export interface Intent {
  readonly role: string
  readonly intents: Readonly<Record<string, number>>
}

/** How much of a request the front door reads, from its beginning and from its end. */
const readCharacters = 3_000

/** Asks what a request is about: the answer is one of the roles' names and nothing else. */
export function intentRequest(request: RoutedRequest, roles: readonly HouseRole[], scope: string): TextRequest {
  const list = roles.map(({ name, purpose }) => `- ${name}: ${purpose}`).join('\n')
  const instructions = `You decide who answers a request. These can:\n${list}\nSay the name of the one that suits best, in double quotes, and nothing else.`
  return {
    input: {
      kind: 'chat',
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: `The request:\n${lastWords(request)}` },
      ],
      tools: [],
      toolChoice: 'none',
    },
    // Tokens of the longest name, at worst one for each byte, and its quotes.
    maxTokens: Math.max(...roles.map(({ name }) => Buffer.byteLength(name))) + 4,
    stop: [],
    sampling: { temperature: 0 },
    format: { kind: 'json-schema', schema: { type: 'string', enum: roles.map(({ name }) => name) } },
    topLogProbabilities: 20,
    speculation: { off: true },
    scope,
  }
}

/** Reads the front door's answer; `fallback` where it is none of the roles. */
export function readIntent(events: readonly TextEvent[], roles: readonly HouseRole[], fallback: string): Intent {
  const tokens: ServedLogProbability[] = []
  let text = ''
  for (const event of events) {
    if (event.kind !== 'piece') continue
    text += event.pieces.map((piece) => piece.text).join('')
    tokens.push(...(event.logProbabilities ?? []))
  }
  const names = roles.map(({ name }) => name)
  const said = names.find((name) => text.trim() === JSON.stringify(name))
  return { role: said ?? fallback, intents: labelProbabilities(tokens, names) }
}

function lastWords({ input }: RoutedRequest): string {
  if (input.kind === 'completion') return shortened(input.prompt)
  const last = input.messages.findLast(({ role }) => role === 'user')
  const seen = (last?.images?.length ?? 0) > 0 ? '\n(with a picture)' : ''
  return shortened(last?.content ?? '') + seen
}

function shortened(text: string): string {
  if (text.length <= 2 * readCharacters) return text
  return `${text.slice(0, readCharacters)}\n…\n${text.slice(-readCharacters)}`
}
