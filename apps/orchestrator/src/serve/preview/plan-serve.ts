import { SpeculationError } from '@foretoken/contract'
import type { Host } from '../../host.js'
import { printable } from '../../inspect/printable.js'
import { readConfigFile } from '../config/read-serve-config.js'
import type { ServeConfig } from '../config/serve-config.js'
import { defaultBudget, houseRole } from '../open-house.js'
import { messageOf } from '../pool/pool-errors.js'
import { type HouseRoutes, houseRoutes } from '../routing/house-routes.js'
import type { HouseModel } from '../service/house-model.js'
import { houseModel } from '../service/house-models.js'
import { previewPool, previewText } from './preview-pool.js'

/** What the plan of a configuration is told. */
export interface PlanServeOptions {
  /** Path of a `foretoken.yaml`. */
  readonly serve: string
  /**
   * Models and roles that are asked, one after another.
   * @defaultValue every model once
   */
  readonly requests?: readonly string[]
  readonly json?: boolean
}

/** Says what `foretoken serve` would load and unload; starts nothing. What cannot be served is a note, not a failure. */
export async function planServe(options: PlanServeOptions, host: Host, signal: AbortSignal): Promise<number> {
  const { config, notes } = await readConfigFile(options.serve)
  const { models, faults } = await readableModels(config, signal)
  const routes = houseRoutes({ models, roles: config.roles.map(houseRole) })
  const { requests = models.map(({ name }) => name), json = false } = options
  const { memoryBytes, mostLoaded } = config.pool
  const preview = await previewPool({
    models,
    budgetBytes: memoryBytes ?? (await defaultBudget()),
    ...(mostLoaded !== undefined && { maxLoaded: mostLoaded }),
    requests: requests.map((name) => modelOf(routes, name)),
  })
  const all = [...notes, ...faults]
  host.stdout.write(json ? `${JSON.stringify({ ...preview, notes: all })}\n` : printable(previewText(preview, all)))
  return 0
}

async function readableModels(
  config: ServeConfig,
  signal: AbortSignal,
): Promise<{ readonly models: readonly HouseModel[]; readonly faults: readonly string[] }> {
  const models: HouseModel[] = []
  const faults: string[] = []
  for (const model of config.models) {
    try {
      models.push(await houseModel(model, { config, signal }))
    } catch (error) {
      if (SpeculationError.is(error, 'ERR_ABORTED')) throw error
      faults.push(`The model ${model.name} cannot be served: ${messageOf(error)}.`)
    }
  }
  return { models, faults }
}

function modelOf(routes: HouseRoutes, name: string): string {
  const target = routes.resolve(name)
  if (target.kind === 'model') return target.model
  return target.kind === 'role' ? (target.role.models[0] ?? name) : target.frontDoor.model
}
