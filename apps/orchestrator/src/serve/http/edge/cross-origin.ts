import { SpeculationError } from '@foretoken/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Tells a browser that a page of another origin may read the answer. True where that was all that was asked. */
export type CrossOrigin = (request: FastifyRequest, reply: FastifyReply) => boolean

/** CORS for the origins of a list; there is no wildcard, and cookies are never used. */
export function crossOrigin(origins: readonly string[]): CrossOrigin {
  for (const origin of origins) checkOrigin(origin)
  const allowed = new Set(origins)
  return (request, reply) => {
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) return false
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id, request-id, retry-after',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'origin',
    })
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
    reply.headers({
      'access-control-allow-methods': 'GET, POST',
      // Clients send headers of their own, such as x-stainless-*; what they are called changes nothing here.
      'access-control-allow-headers': headerNames(request.headers['access-control-request-headers']),
      'access-control-max-age': '600',
    })
    return true
  }
}

function headerNames(asked: string | undefined): string {
  return asked !== undefined && /^[\w, -]{1,1024}$/.test(asked) ? asked : 'authorization, content-type, x-api-key'
}

function checkOrigin(origin: string): void {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return
  throw new SpeculationError('ERR_OPTION_INVALID', `cors must be origins such as https://example.org, got ${origin}`)
}
