import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { answerBrokenRequest } from './edge/broken-request.js'
import { HttpError } from './edge/http-error.js'
import { isDeeperThan } from './edge/json-depth.js'
import type { HttpLimits } from './http-options.js'

/** A server without routes that takes no more of a client than the limits say, and JSON only. */
export function createFastify(limits: Required<HttpLimits>): FastifyInstance {
  const { receiveMs, requestMs, stallMs, headBytes, bodyBytes, connections } = limits
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: bodyBytes,
    requestTimeout: receiveMs,
    // Of silence: no answer and no stream is silent for that long.
    connectionTimeout: requestMs + stallMs,
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : '//'),
    // No name in an address is longer than the head that it stands in.
    routerOptions: { maxParamLength: headBytes },
    clientErrorHandler: answerBrokenRequest,
    http: {
      maxHeaderSize: headBytes,
      headersTimeout: receiveMs,
      connectionsCheckingInterval: Math.min(receiveMs, 5_000),
    },
  })
  app.server.maxConnections = connections
  readJsonOnly(app, limits.jsonDepth)
  return app
}

/** Other media types are refused: of what a page of another origin may send unasked, none is JSON. */
function readJsonOnly(app: FastifyInstance, mostDepth: number): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (isDeeperThan(body, mostDepth))
      done(new HttpError(400, 'invalid_json', `the body is nested deeper than ${mostDepth} levels`))
    else void parse(request, body, done)
  })
}

/** What cannot be decoded leads nowhere, by the same way as everything else that does. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}
