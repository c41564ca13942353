import type { AddressInfo } from 'node:net'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import { createApp } from './create-app.js'
import { HttpError } from './edge/http-error.js'
import { type HttpServerOptions, limitsOf } from './http-options.js'

/** A server that listens. Its disposal lets open answers end, as long as `drainMs`, and cuts off the rest. */
export interface HttpServer extends AsyncDisposable {
  /** As `http://127.0.0.1:8080`, with the real port. */
  readonly url: string
}

/** Starts a server of the OpenAI and Anthropic APIs over a service. */
export async function httpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { port = 8080 } = options
  const host = addressOf(options.host)
  assertInteger('port', port, { min: 0, max: 65_535 })
  const limits = limitsOf(options.limits)
  const { app, openCalls } = await createApp({ ...options, host, limits })
  try {
    await app.listen({ host, port })
  } catch (cause) {
    await app.close()
    throw cannotListen(host, port, cause)
  }
  let ending: Promise<void> | undefined
  const end = async () => {
    await openCalls.drain(limits.drainMs, new HttpError(503, 'server_ending', 'this server is ending'))
    const closed = app.close()
    // Idle connections end by themselves; what is still open now does not.
    app.server.closeAllConnections()
    await closed
  }
  return {
    url: urlOf(app.server.address() as AddressInfo, host),
    [Symbol.asyncDispose]() {
      ending ??= end()
      return ending
    },
  }
}

/** One address: of a name with two, limits and the end would be those of the first only. */
function addressOf(host = 'localhost'): string {
  return host === 'localhost' ? '127.0.0.1' : host
}

function urlOf({ port }: AddressInfo, host: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function cannotListen(host: string, port: number, cause: unknown): SpeculationError {
  const why =
    cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
      ? 'is in use; take another'
      : 'cannot be had'
  return new SpeculationError('ERR_OPTION_INVALID', `port ${port} of ${host} ${why}`, { cause })
}
