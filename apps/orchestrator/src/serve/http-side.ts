import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SpeculationError } from '@foretoken/contract'
import type { KeyConfig, ServeConfig } from './config/serve-config.js'
import type { ApiKey, HttpServerOptions } from './http/http-options.js'
import type { ServeOptions } from './serve-options.js'

/** How long the last bytes of answers may take on their way, in milliseconds. */
const flushMs = 1_000

/** What the HTTP side is told by a configuration. Throws `ERR_OPTION_INVALID` where a key's variable is not set. */
export async function httpOptions(
  config: ServeConfig,
  environment: NodeJS.ProcessEnv,
): Promise<Omit<HttpServerOptions, 'service'>> {
  const { host, port, cors, hostNames } = config
  const { bodyBytes, requestMs, answerTokens, connections } = config.limits
  const page = await pageFolder()
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(cors !== undefined && { cors }),
    ...(hostNames !== undefined && { hostNames }),
    ...(page !== undefined && { pageFolder: page }),
    keys: config.keys.map((key) => apiKey(key, environment)),
    limits: {
      drainMs: flushMs,
      ...(bodyBytes !== undefined && { bodyBytes }),
      ...(requestMs !== undefined && { requestMs }),
      ...(answerTokens !== undefined && { answerTokens }),
      ...(connections !== undefined && { connections }),
    },
  }
}

/** Other machines need a key, unless it is said that they need none. */
export function assertGuarded({ host = '127.0.0.1', keys }: ServeConfig, { insecure = false }: ServeOptions): void {
  if (isLoopback(host) || keys.length > 0 || insecure) return
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `--host ${host} lets every machine that can reach this one use the models; name a key with --api-key-env, or say --insecure`,
    { details: { host } },
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function apiKey({ environment: name, sha256, ...key }: KeyConfig, environment: NodeJS.ProcessEnv): ApiKey {
  if (sha256 !== undefined) return { ...key, sha256 }
  const secret = name === undefined ? undefined : environment[name]
  if (secret === undefined || secret === '')
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `the environment variable ${name} is not set; it has to hold a key`,
    )
  return { ...key, secret }
}

/** The page beside this program; absent where it was not built. */
async function pageFolder(): Promise<string | undefined> {
  const folder = new URL(import.meta.url.endsWith('.ts') ? '../../dist/page' : './page', import.meta.url)
  try {
    await access(new URL(`${folder}/index.html`))
    return fileURLToPath(folder)
  } catch {
    return undefined
  }
}
