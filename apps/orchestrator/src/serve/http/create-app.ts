import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CallNotes, House } from './call.js'
import { createFastify } from './create-fastify.js'
import { crossOrigin } from './edge/cross-origin.js'
import { hostGuard } from './edge/host-guard.js'
import { keyRing } from './edge/key-ring.js'
import { type ErrorForm, problemBody, problemOf } from './edge/problem.js'
import { apiHeaders } from './edge/security-headers.js'
import { createMetrics } from './house/metrics.js'
import { readPageFiles } from './house/page-files.js'
import { pageHandler } from './house/page-handler.js'
import { requestLog } from './house/request-log.js'
import type { HttpLimits, HttpServerOptions } from './http-options.js'
import { createOpenCalls, type OpenCalls } from './open-calls.js'
import { allRoutes } from './routes.js'
import { type RouteParts, serveRoute } from './serve-route.js'

/** A server that does not listen yet. */
export interface App {
  readonly app: FastifyInstance
  readonly openCalls: OpenCalls
}

/** Options, of which some are decided. */
export interface AppOptions extends Omit<HttpServerOptions, 'limits' | 'host' | 'port'> {
  readonly host: string
  readonly limits: Required<HttpLimits>
}

/** Puts the server together. */
export async function createApp(options: AppOptions): Promise<App> {
  const { service, limits, keys = [], pageFolder } = options
  const files = pageFolder === undefined ? new Map() : await readPageFiles(pageFolder)
  const identify = keyRing(keys)
  const openCalls = createOpenCalls()
  const app = createFastify(limits)
  let connections = 0
  app.server.on('connection', (socket) => {
    connections++
    socket.once('close', () => connections--)
  })
  const metrics = createMetrics(service, () => connections)
  const house: House = { service, limits, metrics }
  const notesOf = addRecords(app, options, house)
  addEdge(app, options)
  const parts: RouteParts = { identify, openCalls, house, notesOf }
  for (const route of allRoutes(() => openCalls.isDraining))
    app.route({ ...serveRoute(route, parts), errorHandler: failureAnswer(route.errors, notesOf) })
  app.setErrorHandler(failureAnswer('openai', notesOf))
  app.setNotFoundHandler(pageHandler(files))
  return { app, openCalls }
}

type NotesOf = (request: FastifyRequest) => CallNotes

/** Every request is counted and logged once, when its answer is out or its client is gone. */
function addRecords(app: FastifyInstance, { log }: AppOptions, { metrics }: House): NotesOf {
  const notes = new WeakMap<FastifyRequest, CallNotes>()
  const write = requestLog(log)
  app.addHook('onRequest', async (request, reply) => {
    const noted: CallNotes = {}
    notes.set(request, noted)
    const begun = performance.now()
    const { raw } = reply
    raw.once('close', () => {
      const { id, method } = request
      const route = request.routeOptions.url ?? 'unmatched'
      const status = raw.writableFinished ? raw.statusCode : goneStatus
      const ms = performance.now() - begun
      metrics.answered({ route, method, status, ms })
      write({ id, method, route, status, ms, notes: noted })
    })
  })
  return (request) => notes.get(request) ?? {}
}

// What nginx logs for a client that closed its connection.
const goneStatus = 499

function addEdge(app: FastifyInstance, { host, hostNames = [], cors = [] }: AppOptions): void {
  const guardHost = hostGuard(host, hostNames)
  const allowOrigin = crossOrigin(cors)
  app.addHook('onRequest', async (request, reply) => {
    const { id } = request
    reply.headers({ ...apiHeaders, 'x-request-id': id, 'request-id': id })
    guardHost(request.headers.host)
    if (allowOrigin(request, reply)) return reply.code(204).send()
    return undefined
  })
}

function failureAnswer(
  form: ErrorForm,
  notesOf: NotesOf,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    notesOf(request).failure = error
    const problem = problemOf(error)
    const { status, retryAfterSeconds } = problem
    if (retryAfterSeconds > 0) reply.header('retry-after', String(retryAfterSeconds))
    // Both official clients ask again after a 5xx: where the time was over, it would be over again.
    if (status === 504) reply.header('x-should-retry', 'false')
    return reply.code(status).send(problemBody(problem, form, request.id))
  }
}
