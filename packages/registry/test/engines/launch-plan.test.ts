import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fixtureModels } from '@foretoken/fixtures'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { linksOpenMp } from '../../src/machine/links-open-mp.js'
import { planLaunch } from '../../src/plans/plan-launch.js'
import { launchModels, machineOf, machines } from '../launch-models.js'
import { freePort } from './free-port.js'
import { type ProgramHelp, readHelp } from './program-help.js'
import { startProgram } from './start-program.js'

const { llamaServer } = inject('engines')
const machine = machineOf({ logicalCores: 1, physicalCores: 1 })
const base = { name: 'base', path: fixtureModels.base.q8_0, host: '127.0.0.1', contextTokens: 512, sequences: 1 }

let help: ProgramHelp
beforeAll(async () => {
  help = readHelp((await promisify(execFile)(llamaServer, ['--help'], { maxBuffer: 2 ** 24 })).stdout)
})

it('is built without OpenMP, as it is told to be', async () => {
  expect(await linksOpenMp(llamaServer)).toBe(false)
})

describe('the help of llama-server', () => {
  it('is understood', () => {
    expect(help.options.size).toBeGreaterThan(250)
    expect(help.faultsOf(['-t', '4', '--flash-attn', 'on', '--mlock', '--spec-type', 'draft-mtp,ngram-mod'])).toEqual([
      '--mlock is no option',
    ])
    expect(help.faultsOf(['--draft-max', '24'])).toEqual(['--draft-max has been removed', '24 is no option'])
    expect(help.faultsOf(['--flash-attn', 'maybe', '--threads'])).toEqual([
      '--flash-attn takes [on|off|auto], got maybe',
      '--threads lacks its value N',
    ])
  })

  it('has every option of every plan', () =>
    fc.assert(
      fc.property(launchModels, machines, (model, where) => {
        const plan = planLaunch(model, where, { engine: 'llama-server', rpcServers: ['127.0.0.1:50052'] })
        expect(help.faultsOf(plan.choices.flatMap(({ args }) => args))).toEqual([])
      }),
      { numRuns: 500 },
    ))
})

describe('a planned llama-server', () => {
  it.each([
    ['plain', {}],
    [
      'with lookup and a changed key',
      { lookup: { matchTokens: 3, maxTokens: 8 }, overrides: [{ key: 'general.name', value: 'other' }] },
    ],
    [
      'with a draft model and lookup',
      { draft: { kind: 'model' as const, path: fixtureModels.draft.q8_0, maxTokens: 4 }, lookup: {} },
    ],
  ])('answers: %s', async (_, more) => {
    const port = await freePort()
    const plan = planLaunch({ ...base, ...more, port }, machine, { program: llamaServer })
    await using server = startProgram(plan.command)
    await server.ready(`http://127.0.0.1:${port}`)
    const response = await fetch(`http://127.0.0.1:${port}/v1/models`)
    expect(((await response.json()) as { data: { id: string }[] }).data[0]?.id).toBe('base')
  })
})
