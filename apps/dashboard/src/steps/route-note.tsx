import type { RouteDecision } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { percent } from '../parts/format.js'

/** Says why this model answers, where that was not simply asked for. */
export function RouteNote({ route }: { readonly route: RouteDecision }): ReactElement | undefined {
  const text = routeText(route)
  return text === '' ? undefined : <p className="caption">{text}</p>
}

/** The role, what the front door made of the request, and who was tried before; empty where a model was named. */
export function routeText({ role, intents = {}, escalatedFrom }: RouteDecision): string {
  const guesses = Object.entries(intents)
    .sort(([, a], [, b]) => b - a)
    .map(([name, probability]) => `${name} ${percent(probability)}`)
  return [
    role === undefined ? '' : `Answers as ${role}.`,
    guesses.length === 0 ? '' : `The front door says: ${guesses.join(', ')}.`,
    escalatedFrom.length === 0 ? '' : `Tried before: ${escalatedFrom.join(', ')}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}
