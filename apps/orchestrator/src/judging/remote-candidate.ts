import { createHash } from 'node:crypto'
import { patientComplete, type RunCandidate, remoteComplete, systemClock, timedComplete } from '@foretoken/judge'
import type { Environment } from '../host.js'
import type { ModelPorts } from '../load-model.js'
import { keyOf, type RemotePlace } from './model-place.js'
import { serverFacts } from './server-facts.js'

/** What a model behind HTTP takes to be asked. */
export interface RemoteCandidateOptions {
  readonly env: Environment
  readonly signal: AbortSignal
  /** Version of this program. */
  readonly version: string
  readonly ports: ModelPorts
}

// A local server may read a long prompt for minutes; what it wrote by then is kept and scored as cut off.
const timeoutMs = 15 * 60_000

/** A model behind HTTP, known by its name, its address and what its server says of it. */
export async function remoteCandidate(
  place: RemotePlace,
  { env, signal, version, ports: { clock = systemClock } }: RemoteCandidateOptions,
): Promise<RunCandidate> {
  const { protocol, model, baseUrl = 'https://api.anthropic.com/v1' } = place
  const key = keyOf(place, env)
  const facts = await serverFacts(place, { key, clock, signal })
  const identity = JSON.stringify([protocol, baseUrl, model, facts])
  return {
    subject: {
      model: {
        path: `${baseUrl}/${model}`,
        bytes: typeof facts['size'] === 'number' ? facts['size'] : 0,
        hash: createHash('sha256').update(identity).digest('hex'),
      },
      configuration: { name: 'default', settings: {} },
      engine: { name: `${protocol} over HTTP`, version: 'unknown', settings: facts },
      machine: {},
      packages: { foretoken: version, node: process.versions.node },
    },
    async open() {
      const remote = remoteComplete({
        ...{ protocol, model, clock },
        ...(place.baseUrl !== undefined && { baseUrl: place.baseUrl }),
        ...(key !== undefined && { apiKey: key }),
      })
      const complete = patientComplete(timedComplete(remote, timeoutMs, clock), { clock })
      return { complete, [Symbol.asyncDispose]: async () => {} }
    },
  }
}
