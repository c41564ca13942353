import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from '../edge/http-error.js'
import { pageHeaders } from '../edge/security-headers.js'
import type { PageFile } from './page-files.js'

/** Answers what no route of the API does: a file of the page, or that there is nothing. */
export function pageHandler(
  files: ReadonlyMap<string, PageFile>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const [path = ''] = request.url.split('?', 1)
    const file = request.method === 'GET' || request.method === 'HEAD' ? files.get(path) : undefined
    if (file === undefined)
      throw new HttpError(404, 'route_unknown', 'there is nothing here; /openapi.json lists the API')
    reply.code(200).headers({ ...pageHeaders, etag: file.etag })
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
    return reply.type(file.mediaType).send(file.body)
  }
}
