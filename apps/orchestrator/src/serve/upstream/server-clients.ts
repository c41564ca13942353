import { setTimeout as sleep } from 'node:timers/promises'
import { SpeculationError } from '@foretoken/contract'
import { type LlamaServer, type Upstream, upstream } from '@foretoken/runner-llamacpp'

const mostAttempts = 2
// A connection breaks a moment before the end of its process is heard.
const [hearMs, longestHearMs] = [25, 2_000]

/** Asks a managed server, wherever it answers just now. A request over which it died is asked once more if nothing has come. */
export class ServerClients implements Disposable {
  readonly #server: LlamaServer
  #client: { readonly url: string; readonly asks: Upstream } | undefined
  #isClosed = false

  constructor(server: LlamaServer) {
    this.#server = server
  }

  /** A client of the process that runs now. */
  async client(signal?: AbortSignal): Promise<Upstream> {
    const { url, apiKey } = await this.#server.ready(signal && { signal })
    if (this.#isClosed) throw closedEngine()
    if (this.#client?.url !== url) {
      this.#client?.asks[Symbol.dispose]()
      const servers = [{ baseUrl: `${url}/v1`, apiKey }]
      // Whether it is well is its keeper's to know; a long prompt of another request may hold all of them up.
      const patience = { retries: 0, failuresToOpen: 1_000, firstTokenTimeoutMs: 3_600_000, idleTimeoutMs: 600_000 }
      this.#client = { url, asks: upstream({ servers, ...patience }) }
    }
    return this.#client.asks
  }

  /** A streamed answer. */
  async *stream<T>(make: (client: Upstream) => AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T, void> {
    for (let attempt = 1; ; attempt++) {
      let hasBegun = false
      const client = await this.client(signal)
      const { starts } = this.#server
      try {
        for await (const value of make(client)) {
          hasBegun = true
          yield value
        }
        return
      } catch (error) {
        if (this.#isClosed) throw closedEngine()
        if (hasBegun || attempt === mostAttempts || !(await this.isDeath(error, starts))) throw error
      }
    }
  }

  /** An answer that comes as a whole. */
  async ask<T>(make: (client: Upstream) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const once = async function* (client: Upstream): AsyncGenerator<T> {
      yield await make(client)
    }
    for await (const value of this.stream(once, signal)) return value
    throw closedEngine()
  }

  /** How often the server was started. */
  get starts(): number {
    return this.#server.starts
  }

  /** Whether a call that was made after as many starts failed because the server died. */
  async isDeath(error: unknown, starts: number): Promise<boolean> {
    if (this.#isClosed || !mayHaveDied(error)) return false
    for (let waitedMs = 0; waitedMs < longestHearMs; waitedMs += hearMs) {
      if (!this.#server.isUp || this.#server.starts !== starts) return true
      await sleep(hearMs)
    }
    return false
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#client?.asks[Symbol.dispose]()
  }
}

/** Whoever answers with a status is alive. */
function mayHaveDied(error: unknown): boolean {
  return SpeculationError.is(error, 'ERR_ENGINE_LOST') && error.details['status'] === undefined
}

function closedEngine(): SpeculationError<'ERR_SESSION_CLOSED'> {
  return new SpeculationError('ERR_SESSION_CLOSED', 'the model was unloaded while it answered; ask again')
}
