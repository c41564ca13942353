import { join } from 'node:path'
import { inspectMachine } from '@foretoken/registry'
import type { FrontDoorConfig, RoleConfig, ServeConfig, StateConfig } from './config/serve-config.js'
import { makeFolder } from './make-folder.js'
import type { FrontDoor, HouseRole } from './service/house-model.js'
import { houseModels } from './service/house-models.js'
import { type HouseEvent, type HouseService, houseService } from './service/house-service.js'
import type { RequestStore } from './state/request-store.js'
import { sqliteStore } from './state/sqlite-store.js'

/** What opening a house needs besides its configuration. */
export interface OpenHouseParts {
  readonly signal: AbortSignal
  readonly log: (event: HouseEvent) => void
}

/** The service of a configuration; no model is loaded yet. */
export async function openHouse(config: ServeConfig, { signal, log }: OpenHouseParts): Promise<HouseService> {
  const { pool, roles, frontDoor, state, memory, limits } = config
  const models = await houseModels({ config, signal })
  const budgetBytes = pool.memoryBytes ?? (await defaultBudget())
  if (memory !== undefined) await makeFolder(memory)
  const store = await openStore(state)
  return houseService({
    models,
    roles: roles.map(houseRole),
    ...(frontDoor && { frontDoor: houseFrontDoor(frontDoor, roles) }),
    pool: {
      budgetBytes,
      ...(pool.mostLoaded !== undefined && { maxLoaded: pool.mostLoaded }),
      ...(pool.patienceMs !== undefined && { patienceMs: pool.patienceMs }),
      ...(limits.queue !== undefined && { maxQueued: limits.queue }),
    },
    store,
    ...(state?.traceSteps !== undefined && { traceSteps: state.traceSteps }),
    ...(state?.keepTexts !== undefined && { keepsTexts: state.keepTexts }),
    onLog: log,
  })
}

/** The machine's memory, or what a control group leaves of it, less a twentieth, at least 1 GiB. */
export async function defaultBudget(): Promise<number> {
  const { memory, limits } = await inspectMachine()
  const total = Math.min(memory.totalBytes, limits.memoryBytes ?? Number.POSITIVE_INFINITY)
  return Math.max(0, total - Math.max(2 ** 30, Math.ceil(total / 20)))
}

/** A role as the service knows it. */
export function houseRole({ name, purpose, models, escalate }: RoleConfig): HouseRole {
  if (escalate === undefined) return { name, purpose, models }
  const { to, checks, hold } = escalate
  return { name, purpose, models, escalation: { to, checks, holds: hold } }
}

function houseFrontDoor({ model, roles: names, fallback }: FrontDoorConfig, roles: readonly RoleConfig[]): FrontDoor {
  const chosen = names ?? roles.map(({ name }) => name)
  return { model, roles: chosen, fallback: fallback ?? chosen[0] ?? '' }
}

/** What is kept where no folder is named: enough to look at what was just asked. */
const keptInMemory = { requests: 10_000, traceBytes: 32 * 2 ** 20 }

async function openStore(state: StateConfig | undefined): Promise<RequestStore> {
  if (state === undefined) return sqliteStore(keptInMemory)
  const { folder, requests, traceBytes, days } = state
  await makeFolder(folder)
  return sqliteStore({
    path: join(folder, 'requests.db'),
    ...(requests !== undefined && { requests }),
    ...(traceBytes !== undefined && { traceBytes }),
    ...(days !== undefined && { days }),
  })
}
