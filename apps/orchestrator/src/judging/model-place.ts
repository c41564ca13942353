import { SpeculationError } from '@foretoken/contract'
import type { Environment } from '../host.js'

/** Where a model is asked: in this process from a file, or behind HTTP. */
export type ModelPlace = FilePlace | RemotePlace

/** A GGUF file. */
export interface FilePlace {
  readonly kind: 'file'
  readonly path: string
}

/** A model of a server. */
export interface RemotePlace {
  readonly kind: 'remote'
  readonly protocol: 'openai' | 'anthropic'
  /** The model's name on that server. */
  readonly model: string
  /** Absent: the protocol's own server. */
  readonly baseUrl?: string
  /** Environment variable of the key. Absent: the server asks for none. */
  readonly keyVariable?: string
}

/**
 * Reads where a model is: `model@http://host:port/v1`, with `#VARIABLE` behind it where the server asks for a key,
 * `anthropic:model`, or a file. The key itself is never part of it, so that no command and no result holds one.
 */
export function modelPlace(text: string): ModelPlace {
  const [, model, address] = /^(.+?)@(https?:\/\/.+)$/s.exec(text) ?? []
  if (model !== undefined && address !== undefined) return serverPlace(model, address)
  const [, hosted] = /^anthropic:(.+)$/s.exec(text) ?? []
  if (hosted === undefined) return { kind: 'file', path: text }
  return { kind: 'remote', protocol: 'anthropic', model: hosted, keyVariable: 'ANTHROPIC_API_KEY' }
}

function serverPlace(model: string, address: string): RemotePlace {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const keyVariable = url?.hash.slice(1) ?? ''
  // What is secret must not be in an address: it is written into results.
  const isPlain = url !== undefined && url.username + url.password + url.search === ''
  if (!isPlain || !/^(?:[A-Za-z_][A-Za-z0-9_]*)?$/.test(keyVariable)) {
    const wanted = 'model@http://host:port/v1, or model@https://host/v1#VARIABLE with the variable that holds its key'
    throw new SpeculationError('ERR_OPTION_INVALID', `a model behind HTTP must look like ${wanted}`)
  }
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const place = { kind: 'remote', protocol: 'openai', model, baseUrl } as const
  return keyVariable === '' ? place : { ...place, keyVariable }
}

/** The key of a server, from the environment; `undefined` where it asks for none. */
export function keyOf({ model, keyVariable }: RemotePlace, env: Environment): string | undefined {
  if (keyVariable === undefined) return undefined
  const key = env[keyVariable]
  if (key !== undefined && key !== '') return key
  throw new SpeculationError('ERR_OPTION_INVALID', `the key of ${model} is missing: set ${keyVariable}`)
}
