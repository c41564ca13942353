import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { ApiKey } from '../http-options.js'
import { HttpError } from './http-error.js'

/** Who asks; what the rest of the server knows of a key. */
export type Caller = Omit<ApiKey, 'secret' | 'sha256'>

/** The caller where no keys are set. */
const anybody: Caller = { name: 'local', admin: true }

const leastSecretLength = 8

/** Finds out who asks; throws a 401 where nobody known does. */
export type KeyRing = (headers: IncomingHttpHeaders) => Caller

/**
 * Knows callers by `Authorization: Bearer …` or `x-api-key: …`. Digests are compared, each with all, so the time tells
 * neither how much of a secret was right nor which key it was.
 */
export function keyRing(keys: readonly ApiKey[]): KeyRing {
  checkKeys(keys)
  if (keys.length === 0) return () => anybody
  const salt = randomBytes(32)
  const salted = (sha256: string) => createHmac('sha256', salt).update(sha256).digest()
  const known = keys.map(({ secret = '', sha256 = hashOf(secret), ...caller }) => ({
    caller,
    digest: salted(sha256.toLowerCase()),
  }))
  return (headers) => {
    const given = salted(hashOf(secretOf(headers)))
    let found: Caller | undefined
    for (const key of known) if (timingSafeEqual(key.digest, given)) found = key.caller
    if (found !== undefined) return found
    throw new HttpError(
      401,
      'invalid_api_key',
      'send a key that this server knows, as Authorization: Bearer or x-api-key',
    )
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function secretOf({ authorization = '', ['x-api-key']: key }: IncomingHttpHeaders): string {
  const [, bearer] = /^bearer +(.+)$/i.exec(authorization) ?? []
  return bearer ?? (typeof key === 'string' ? key : '')
}

function checkKeys(keys: readonly ApiKey[]): void {
  const names = new Set<string>()
  for (const { name, secret, sha256, priority = 0 } of keys) {
    assertInteger('keys.priority', priority, { min: -10, max: 10 })
    if (!/^[\w.@-]{1,64}$/.test(name) || names.has(name))
      throw invalid(`keys.name must be 1 to 64 letters, digits or . _ - @, each once, got ${JSON.stringify(name)}`)
    names.add(name)
    if ((secret === undefined) === (sha256 === undefined))
      throw invalid(`key ${name} must have either a secret or its sha256`)
    if (secret !== undefined && secret.length < leastSecretLength)
      throw invalid(`the secret of key ${name} must have at least ${leastSecretLength} characters`)
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
      throw invalid(`the sha256 of key ${name} must be 64 hexadecimal digits`)
  }
}

function invalid(message: string): SpeculationError {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
