import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request as it came. */
export interface JsonRequest {
  readonly url: string
  readonly body: unknown
}

/** An HTTP server that answers each path by JSON, or by a stream of events. */
export interface JsonServer extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly JsonRequest[]
}

/** Starts one; paths without an answer are not found, lists are streams. */
export async function jsonServer(answers: Readonly<Record<string, object>>): Promise<JsonServer> {
  const requests: JsonRequest[] = []
  const server = createServer(async (incoming, response) => {
    const sent = await text(incoming)
    const url = incoming.url ?? ''
    requests.push({ url, body: sent === '' ? undefined : JSON.parse(sent) })
    const answer = answers[url]
    if (answer === undefined) response.writeHead(404).end('{"detail":"Not Found"}')
    else if (!Array.isArray(answer)) response.end(JSON.stringify(answer))
    else {
      const events = [...answer.map((event) => JSON.stringify(event)), '[DONE]']
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(events.map((event) => `data: ${event}\n\n`).join(''))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
