import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { machineOf, nodesOf } from '../../test/launch-models.js'
import { parseRegistry } from '../registry-file/parse-registry.js'
import { shippedRegistry } from '../shipped-files.js'
import { planMemory } from './plan-memory.js'
import { registryPools } from './registry-pools.js'
import { planRole, roleLaunch } from './role-launch.js'

const registry = parseRegistry(readFileSync(shippedRegistry, 'utf8'))
const epyc = machineOf({
  numaNodes: nodesOf(2),
  hasNumactl: true,
  memory: { totalBytes: 1.13e12, availableBytes: 1.1e12 },
})
const exists = () => true

describe('roles of the shipped registry', () => {
  it('are all planned, with a sentence for every choice', () => {
    for (const { id } of registry.roles) {
      const plan = planRole(registry, id, { machine: epyc, engine: 'llama-server', exists })
      expect(plan.command.slice(0, 3)).toEqual(['numactl', '--interleave=all', 'llama-server'])
      expect(plan.environment).toEqual({})
      for (const { because } of plan.choices) expect(because).toMatch(/\.$/)
    }
  })

  it('coder_escalation drafts with its draft model and looks up', () => {
    const { command } = planRole(registry, 'coder_escalation', { machine: epyc, exists })
    expect(command.join(' ')).toContain(
      '--spec-type draft-simple,ngram-simple --spec-draft-model /mnt/raid0/llm/models/Qwen2.5-Coder-0.5B-Instruct-Q8_0.gguf --spec-draft-n-max 24',
    )
    expect(command.join(' ')).toContain('--port 8081 --threads 96')
  })

  it('worker_math shares the server of worker_general', () => {
    const { role, launch } = roleLaunch(registry, 'worker_math', { exists })
    expect([role, launch.aliases, launch.port]).toEqual(['worker_general', ['worker_math'], 8082])
  })

  it('architect_coding has its experts, and no drafts, since its constraint forbids them', () => {
    const { launch } = roleLaunch(registry, 'architect_coding', { exists })
    expect(launch.overrides).toMatchObject([{ key: 'qwen3moe.expert_used_count', value: 3 }])
    expect(launch.draft).toBeUndefined()
    expect(launch.refused).toEqual(['The registry forbids drafts (model-reference.md:95): reduce the experts'])
  })

  it('embedder gives vectors, on the first of its ports; without its architecture nobody knows', () => {
    const { launch, notes } = roleLaunch(registry, 'embedder', { exists })
    expect([launch.port, launch.embeds]).toEqual([8090, true])
    expect(notes).toContain('Ports 8090 to 8095 have a server each; this is the first.')
    expect(planRole(registry, 'embedder', { machine: epyc, exists }).command).toContain('--embedding')
    const models = registry.models.map(({ architecture: _, ...model }) => model)
    const unknown = roleLaunch({ ...registry, models }, 'embedder', { exists })
    expect(unknown.launch.embeds).toBeUndefined()
    expect(unknown.notes).toContain(
      'The registry does not name the architecture of BGE-large-en-v1.5: add --embedding if it gives vectors.',
    )
  })

  it('say what is missing on this machine', () => {
    const { notes } = roleLaunch(registry, 'architect_general', { exists: () => false })
    expect(notes[0]).toBe('The registry does not say where the file is: its name is a guess.')
    expect(notes[1]).toMatch(/^There is no \/mnt\/raid0\/.*\.gguf on this machine\.$/)
  })

  it('take the second root where the first has no such file', () => {
    const second = (path: string) => path.startsWith('/mnt/raid0/llm/models/')
    expect(roleLaunch(registry, 'draft', { exists: second }).launch.path).toMatch(/^\/mnt\/raid0\/llm\/models\//)
  })

  it('are refused when nobody knows them', () => {
    expect(() => roleLaunch(registry, 'poet')).toThrow('there is no role "poet"; known are frontdoor, ')
  })
})

describe('the pools of the shipped registry', () => {
  const { notes, ...pools } = registryPools(registry)
  const names = [...pools.hot, ...pools.warm].map(({ name }) => name)

  it('hold every model once, the front door pinned, with load times', () => {
    expect(new Set(names).size).toBe(names.length)
    expect(pools.hot.filter(({ isPinned }) => isPinned).map(({ name }) => name)).toEqual([
      'qwen3-coder-30b-a3b-instruct Q4_K_M',
    ])
    for (const { loadSeconds } of [...pools.hot, ...pools.warm]) expect(loadSeconds).toBeGreaterThan(0)
    for (const note of notes) expect(note).toMatch(/^The registry does not say how large .* is not planned\.$/)
  })

  it('hold hot what one of several roles keeps hot', () => {
    expect(pools.hot.map(({ name }) => name)).toContain('qwen2.5-coder-32b-instruct')
    expect(pools.warm.map(({ name }) => name)).not.toContain('qwen2.5-coder-32b-instruct')
  })

  it('fit into the machine that they were made for', () => {
    const { models } = planMemory(pools, epyc)
    expect(new Set(models.map(({ place }) => place))).toEqual(new Set(['hot', 'warm']))
  })

  it('are explained where hardly anything fits', () => {
    const { models } = planMemory(pools, { memory: { totalBytes: 25e9, availableBytes: 20e9 } })
    expect(models.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(models[0]).toMatchObject({ name: 'qwen3-coder-30b-a3b-instruct Q4_K_M', place: 'hot' })
    const impossible = models.filter(({ place }) => place === 'impossible')
    expect(impossible.length).toBeGreaterThan(5)
    for (const { because } of impossible) expect(because).toMatch(/^It needs .* GB, and .*\.$/)
  })
})
