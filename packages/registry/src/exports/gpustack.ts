import type { MachineFacts } from '../machine/machine-facts.js'
import type { LaunchModel } from '../plans/launch-model.js'
import { planLaunch } from '../plans/plan-launch.js'
import type { Exported } from './exported.js'

/** What GPUStack's interface for models (`POST /v2/models`) takes. */
export interface GpuStackModel {
  readonly name: string
  readonly description: string
  readonly source: 'local_path'
  readonly local_path: string
  readonly categories: readonly string[]
  readonly replicas: number
  readonly backend: 'llama.cpp'
  readonly backend_version: 'cpu'
  readonly backend_parameters: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Options that GPUStack gives its llama.cpp itself. */
const ownOptions: readonly string[] = ['--model', '--alias', '--host', '--port']

/** A model for GPUStack's llama.cpp backend. */
function gpuStackModel(model: LaunchModel, machine: MachineFacts): GpuStackModel {
  // A container has no numactl of the host.
  const inContainer = { ...machine, hasNumactl: false }
  const { choices, environment } = planLaunch(model, inContainer, { engine: 'llama-server' })
  return {
    name: model.name,
    description: choices
      .filter(({ about }) => about === 'drafting')
      .map(({ because }) => because)
      .join(' '),
    source: 'local_path',
    local_path: model.path,
    categories: ['llm'],
    replicas: 1,
    backend: 'llama.cpp',
    backend_version: 'cpu',
    backend_parameters: choices.flatMap(({ args }) => (ownOptions.includes(args[0] ?? '') ? [] : args)),
    ...(Object.keys(environment).length > 0 && { env: environment }),
  }
}

/** One JSON file for each model. */
export function exportGpuStack(models: readonly LaunchModel[], machine: MachineFacts): Exported {
  return {
    files: models.map((model) => ({
      name: `gpustack-${model.name}.json`,
      text: `${JSON.stringify(gpuStackModel(model, machine), undefined, 2)}\n`,
    })),
    notes: [
      'GPUStack runs llama.cpp as the community backend llama.cpp: enable it first.',
      ...models
        .filter(({ draft, projectorPath }) => draft?.path !== undefined || projectorPath !== undefined)
        .map(({ name }) => `The worker that runs ${name} needs its other files under the same paths.`),
      ...models
        .filter(({ aliases = [] }) => aliases.length > 0)
        .map(
          ({ name, aliases = [] }) => `GPUStack serves ${name} under one name; ${aliases.join(', ')} were left out.`,
        ),
    ],
  }
}
