import { assertInteger } from '@foretoken/contract'
import type { ServingService } from '../serving-service.js'

/** Options of {@link httpServer}. */
export interface HttpServerOptions {
  /** Answers; it stays the caller's, to drain and to dispose. */
  readonly service: ServingService
  /**
   * Address to listen on. On a loopback address only requests to loopback names are answered.
   * @defaultValue '127.0.0.1'
   */
  readonly host?: string
  /**
   * Port (0 to 65535; 0 takes a free one).
   * @defaultValue 8080
   */
  readonly port?: number
  /**
   * Who may ask; without any, everybody who can connect.
   * @defaultValue []
   */
  readonly keys?: readonly ApiKey[]
  /**
   * What a client may cost.
   * @defaultValue each limit's own
   */
  readonly limits?: HttpLimits
  /**
   * Origins whose pages may ask, as `https://example.org`.
   * @defaultValue []: none but the page served here
   */
  readonly cors?: readonly string[]
  /**
   * Names that requests may be addressed to besides loopback's, without a port.
   * @defaultValue []: on another than a loopback address, any
   */
  readonly hostNames?: readonly string[]
  /**
   * Folder of the page; it is read once, at the start.
   * @defaultValue undefined: no page
   */
  readonly pageFolder?: string
  /**
   * Takes one line of JSON for each request.
   * @defaultValue undefined: no log
   */
  readonly log?: LineWriter
}

/** Takes lines; a stream fits. */
export interface LineWriter {
  write(line: string): unknown
}

/** A secret that opens the API, and what stands for it everywhere else. */
export interface ApiKey {
  /** Shown in logs and records; drafters remember for one name apart from the others. */
  readonly name: string
  /** What clients send (at least 8 characters). */
  readonly secret?: string
  /** The SHA-256 of what clients send, in hex, in place of the secret itself. */
  readonly sha256?: string
  /** Its requests are served before those of a lower one (−10 to 10). */
  readonly priority?: number
  /** Sees the requests of every key. */
  readonly admin?: boolean
}

/** What a client may cost. */
export interface HttpLimits {
  /**
   * Largest body, in bytes.
   * @defaultValue 32 MiB
   */
  readonly bodyBytes?: number
  /**
   * Largest head of a request, in bytes.
   * @defaultValue 16 KiB
   */
  readonly headBytes?: number
  /**
   * How deep JSON may be nested.
   * @defaultValue 100
   */
  readonly jsonDepth?: number
  /**
   * How long a client may take to send a request, in milliseconds.
   * @defaultValue 30000
   */
  readonly receiveMs?: number
  /**
   * How long an answer may take, waiting included, in milliseconds.
   * @defaultValue 600000
   */
  readonly requestMs?: number
  /**
   * How long a client may leave a stream unread, in milliseconds.
   * @defaultValue 30000
   */
  readonly stallMs?: number
  /**
   * How long a stream is silent before a comment says that it lives, in milliseconds.
   * @defaultValue 10000
   */
  readonly heartbeatMs?: number
  /**
   * How long open answers may go on when the server is disposed, in milliseconds.
   * @defaultValue 30000
   */
  readonly drainMs?: number
  /**
   * Most tokens of one answer.
   * @defaultValue Infinity: what the context has room for
   */
  readonly answerTokens?: number
  /**
   * Most open connections.
   * @defaultValue 1024
   */
  readonly connections?: number
}

/** All limits, with their defaults. */
export function limitsOf(limits: HttpLimits = {}): Required<HttpLimits> {
  const {
    bodyBytes = 32 * 2 ** 20,
    headBytes = 16 * 2 ** 10,
    jsonDepth = 100,
    receiveMs = 30_000,
    requestMs = 600_000,
    stallMs = 30_000,
    heartbeatMs = 10_000,
    drainMs = 30_000,
    answerTokens = Number.POSITIVE_INFINITY,
    connections = 1024,
  } = limits
  const whole = { bodyBytes, headBytes, jsonDepth, receiveMs, requestMs, stallMs, heartbeatMs, drainMs, connections }
  for (const [name, value] of Object.entries(whole))
    assertInteger(`limits.${name}`, value, { min: name === 'drainMs' ? 0 : 1, max: mostOfALimit })
  if (answerTokens !== Number.POSITIVE_INFINITY)
    assertInteger('limits.answerTokens', answerTokens, { min: 1, max: mostOfALimit })
  return { ...whole, answerTokens }
}

// A timer's longest time; none of the others can be as much.
const mostOfALimit = 2 ** 31 - 1
