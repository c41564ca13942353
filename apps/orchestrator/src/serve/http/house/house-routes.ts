import { z } from 'zod'
import type { Call } from '../call.js'
import { checked } from '../edge/checked.js'
import { HttpError } from '../edge/http-error.js'
import type { Route } from '../route.js'

const json = z.record(z.string(), z.unknown())

/** `GET /health`: the process lives. */
export const healthRoute: Route = {
  method: 'GET',
  path: '/health',
  summary: 'Whether the process lives',
  needsKey: false,
  errors: 'openai',
  answer: { description: 'It does', schema: z.strictObject({ status: z.literal('ok') }) },
  handle: async () => ({ status: 'ok' }),
}

/** `GET /ready`: requests would be answered. */
export function readyRoute(isDraining: () => boolean): Route {
  return {
    method: 'GET',
    path: '/ready',
    summary: 'Whether requests would be answered',
    needsKey: false,
    errors: 'openai',
    answer: {
      description: 'They would',
      schema: z.strictObject({ status: z.enum(['ready', 'loading', 'ending']) }),
      others: { 503: 'Not yet, or no more' },
    },
    handle: async ({ house, reply }) => {
      const status = isDraining() ? 'ending' : house.service.isReady() ? 'ready' : 'loading'
      return reply.code(status === 'ready' ? 200 : 503).send({ status })
    },
  }
}

/** `GET /metrics`, for Prometheus. */
export const metricsRoute: Route = {
  method: 'GET',
  path: '/metrics',
  summary: 'Counters, in Prometheus’s text format',
  needsKey: false,
  errors: 'openai',
  answer: { description: 'The counters', mediaType: 'text/plain' },
  handle: async ({ house, reply }) => reply.type(house.metrics.mediaType).send(await house.metrics.expose()),
}

/** `GET /api/state`. */
export const stateRoute: Route = {
  method: 'GET',
  path: '/api/state',
  summary: 'Models, memory, evictions and speed right now',
  needsKey: true,
  errors: 'openai',
  answer: { description: 'The state', schema: json },
  handle: async ({ house }) => house.service.state(),
}

const requestsQuery: z.ZodType<{ readonly limit: number }> = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'How many at most.' }),
})

/** `GET /api/requests`: a key sees its own. */
export const requestsRoute: Route = {
  method: 'GET',
  path: '/api/requests',
  summary: 'The last requests, newest first',
  description: 'Those of the key that asks; all of them for an admin’s key, and where no keys are set.',
  needsKey: true,
  errors: 'openai',
  query: requestsQuery,
  answer: { description: 'The requests', schema: z.strictObject({ requests: z.array(json) }) },
  handle: async (call, { query }) => {
    const { limit } = checked(requestsQuery, query)
    return { requests: await call.house.service.requests({ ...visibleTo(call), limit }) }
  },
}

/** `GET /api/requests/:id`. */
export const requestRoute: Route = {
  method: 'GET',
  path: '/api/requests/:id',
  summary: 'A request with what each of its steps brought',
  needsKey: true,
  errors: 'openai',
  answer: { description: 'The request and its steps', schema: json },
  handle: async (call) => {
    const found = await call.house.service.request(call.params['id'] ?? '', visibleTo(call))
    if (found !== undefined) return found
    throw new HttpError(404, 'request_unknown', 'no request has this id, or it is another key’s')
  },
}

function visibleTo({ caller }: Call): { readonly key?: string } {
  return caller.admin === true ? {} : { key: caller.name }
}
