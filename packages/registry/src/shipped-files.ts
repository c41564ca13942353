/** The registry that comes with this package: what was measured on one AMD EPYC 9655. */
export const shippedRegistry: URL = new URL('../registries/epyc-9655.yaml', import.meta.url)

/** What Foretoken does not do, and why. */
export const refusalsFile: URL = new URL('../knowledge/refusals.yaml', import.meta.url)
