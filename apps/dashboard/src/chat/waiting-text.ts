import type { ServiceState } from 'foretoken/serve-types'

/** Why there is no text yet, as far as the state of the server tells it. */
export function waitingText(model: string, models: ServiceState['models']): string {
  const served = models.find(({ id }) => id === model)
  if (served?.state === 'loading') return `${model} is being loaded`
  if (served !== undefined && served.queued > 0) return `Waiting for ${model}: ${served.queued} in the queue`
  return `${model} reads`
}
