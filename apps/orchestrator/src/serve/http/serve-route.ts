import type { FastifyRequest, RouteOptions } from 'fastify'
import type { Call, CallNotes, House } from './call.js'
import { clientSignal } from './client-signal.js'
import { HttpError } from './edge/http-error.js'
import type { Caller, KeyRing } from './edge/key-ring.js'
import type { OpenCalls } from './open-calls.js'
import type { Route } from './route.js'

/** What routes are served with. */
export interface RouteParts {
  readonly identify: KeyRing
  readonly openCalls: OpenCalls
  readonly house: House
  readonly notesOf: (request: FastifyRequest) => CallNotes
}

/** A route as Fastify takes it: who asks is known before anything of the body is read. */
export function serveRoute(route: Route, parts: RouteParts): RouteOptions {
  const { identify, openCalls, house, notesOf } = parts
  const callers = new WeakMap<FastifyRequest, Caller>()
  return {
    method: route.method,
    url: route.path,
    onRequest: async (request) => {
      if (!route.needsKey) return
      const caller = identify(request.headers)
      callers.set(request, caller)
      notesOf(request).key = caller.name
      if (openCalls.isDraining) throw new HttpError(503, 'server_ending', 'this server is ending')
    },
    handler: async (request, reply) => {
      using client = clientSignal(request.raw, reply.raw, house.limits.requestMs)
      client.signal.throwIfAborted()
      openCalls.add(client)
      reply.raw.once('close', () => openCalls.remove(client))
      const call: Call = {
        id: request.id,
        caller: callers.get(request) ?? { name: '' },
        params: request.params as Readonly<Record<string, string>>,
        reply,
        signal: client.signal,
        abort: client.abort,
        notes: notesOf(request),
        house,
      }
      return await route.handle(call, { body: request.body, query: request.query })
    },
  }
}
