import { SpeculationError } from '@foretoken/contract'
import type { ModelPool } from '../pool/model-pool.js'
import { messageOf } from '../pool/pool-errors.js'
import { type CheckedAnswer, faultOf } from '../routing/answer-check.js'
import { intentRequest, readIntent } from '../routing/front-door.js'
import type { HouseRoutes, RouteTarget } from '../routing/house-routes.js'
import type { RequestOptions, RouteDecision, RoutedEvent, RoutedRequest } from '../serving-service.js'
import type { TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import type { HouseRole } from './house-model.js'
import { modelAnswer } from './model-answer.js'

/** What an answer is made with. */
export interface RoutedAnswerParts {
  readonly pool: ModelPool
  readonly routes: HouseRoutes
  readonly options: RequestOptions
  /** Gives a listener for everything that one model writes, what is thrown away included. */
  readonly listen: () => (event: TextEvent) => void
  /** Hears why a model's answer was not taken. */
  readonly onEscalation: (model: string, reason: string) => void
}

/**
 * The answer to a request: of the model that is named, or of the first one of its role that can, or of the role that follows
 * where an answer does not pass. What was sent is never taken back: from its first word on, a stream is what it is.
 */
export async function* routedAnswer(request: RoutedRequest, parts: RoutedAnswerParts): AsyncGenerator<RoutedEvent> {
  const { model: name, whole = false, ...rest } = request
  const { pool, routes, options } = parts
  const text: TextRequest = { ...rest, scope: options.key }
  const target = routes.resolve(name)
  const answer = (model: string, route: RouteDecision) =>
    heard(modelAnswer(pool, { model, request: text, route, options }), parts)
  if (target.kind === 'model') return yield* answer(target.model, { escalatedFrom: [] })
  const { role, intents } = yield* chosenRole(target, request, parts)
  const tried: string[] = []
  const attempts = attemptsOf(role, routes)
  for (let index = 0; index < attempts.length; ) {
    const { model, role: current, afterFault } = attempts[index] as Attempt
    const events = answer(model, { role: current.name, ...(intents && { intents }), escalatedFrom: [...tried] })
    if (index === attempts.length - 1) return yield* events
    const outcome = yield* checkedAnswer(events, { role: current, whole })
    if (outcome.isTaken) return
    parts.onEscalation(model, outcome.reason)
    tried.push(model)
    index = outcome.hasFailed ? index + 1 : afterFault
  }
}

interface Attempt {
  readonly model: string
  readonly role: HouseRole
  /** Which attempt follows a bad answer: another model of the role is asked where one fails only. */
  readonly afterFault: number
}

/** Who is asked, one after another: the models of the role, then those of the roles that it escalates to. */
function attemptsOf(first: HouseRole, routes: HouseRoutes): readonly Attempt[] {
  const roles = new Set<HouseRole>()
  for (let role: HouseRole | undefined = first; role !== undefined && !roles.has(role); ) {
    roles.add(role)
    role = role.escalation === undefined ? undefined : routes.role(role.escalation.to)
  }
  const attempts: Attempt[] = []
  for (const role of roles) {
    const afterFault = attempts.length + role.models.length
    attempts.push(...role.models.map((model) => ({ model, role, afterFault })))
  }
  return attempts
}

async function* heard(events: AsyncIterable<RoutedEvent>, { listen }: RoutedAnswerParts): AsyncGenerator<RoutedEvent> {
  const hear = listen()
  for await (const event of events) {
    if (event.kind !== 'queued' && event.kind !== 'loading' && event.kind !== 'routed') hear(event)
    yield event
  }
}

interface ChosenRole {
  readonly role: HouseRole
  readonly intents?: Readonly<Record<string, number>>
}

async function* chosenRole(
  target: Exclude<RouteTarget, { readonly kind: 'model' }>,
  request: RoutedRequest,
  parts: RoutedAnswerParts,
): AsyncGenerator<RoutedEvent, ChosenRole> {
  if (target.kind === 'role') return { role: target.role }
  const { model, roles: names, fallback } = target.frontDoor
  const { pool, routes, options } = parts
  const roles = names.flatMap((name) => routes.role(name) ?? [])
  const events = modelAnswer(pool, {
    model,
    request: intentRequest(request, roles, options.key),
    route: { escalatedFrom: [] },
    options,
  })
  const said: TextEvent[] = []
  try {
    for await (const event of heard(events, parts)) {
      if (event.kind === 'queued' || event.kind === 'loading') yield event
      else if (event.kind !== 'routed') said.push(event)
    }
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_ABORTED') || options.signal.aborted) throw error
    parts.onEscalation(model, `as the front door: ${messageOf(error)}`)
  }
  const { role, intents } = readIntent(said, roles, fallback)
  return { role: routes.role(role) ?? (roles[0] as HouseRole), intents }
}

type Outcome =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly hasFailed: boolean; readonly reason: string }

/** Passes an answer on as soon as it cannot be refused any more. */
async function* checkedAnswer(
  events: AsyncIterable<RoutedEvent>,
  { role: { escalation }, whole }: { readonly role: HouseRole; readonly whole: boolean },
): AsyncGenerator<RoutedEvent, Outcome> {
  const holds = escalation !== undefined && (whole || escalation.holds)
  const all = escalation?.checks ?? []
  const checks = holds ? all : all.filter(({ kind }) => kind === 'empty')
  const answer = heldAnswer(holds)
  try {
    for await (const event of events) yield* answer.pass(event)
  } catch (error) {
    if (answer.isFree() || SpeculationError.is(error, 'ERR_ABORTED')) throw error
    return { isTaken: false, hasFailed: true, reason: messageOf(error) }
  }
  const reason = answer.isFree() ? undefined : faultOf(answer.said, checks)
  if (reason !== undefined) return { isTaken: false, hasFailed: false, reason }
  yield* answer.rest()
  return { isTaken: true }
}

interface HeldAnswer {
  readonly said: CheckedAnswer
  /** Whether something of it was passed on. */
  isFree(): boolean
  /** What may be passed on after this event. */
  pass(event: RoutedEvent): readonly RoutedEvent[]
  rest(): readonly RoutedEvent[]
}

/** Holds an answer back, to its end or to its first visible word. */
function heldAnswer(toTheEnd: boolean): HeldAnswer {
  const said = { text: '', callsTools: false }
  const held: RoutedEvent[] = []
  let isFree = false
  return {
    said,
    isFree: () => isFree,
    pass(event) {
      if (isFree || tellsWaiting(event)) return [event]
      note(said, event)
      held.push(event)
      isFree = !toTheEnd && (said.callsTools || said.text.trim() !== '')
      return isFree ? held.splice(0) : []
    },
    rest: () => held.splice(0),
  }
}

function tellsWaiting({ kind }: RoutedEvent): boolean {
  return kind === 'queued' || kind === 'loading'
}

function note(answer: { -readonly [Key in keyof CheckedAnswer]: CheckedAnswer[Key] }, event: RoutedEvent): void {
  if (event.kind === 'tool-call') answer.callsTools = true
  if (event.kind === 'piece') answer.text += event.pieces.map(({ text }) => text).join('')
}
