import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { launchModels, machineOf, machines, nodesOf } from '../../test/launch-models.js'
import type { LaunchOptions, LaunchPlan, OpenMpFacts } from './launch-plan.js'
import { planLaunch } from './plan-launch.js'

const openMp: fc.Arbitrary<OpenMpFacts> = fc.record(
  {
    isLinked: fc.boolean(),
    threads: fc.integer({ min: 1, max: 96 }),
    speedup: fc.double({ min: 0.2, max: 3, noNaN: true }),
  },
  { requiredKeys: ['isLinked'] },
)
const options: fc.Arbitrary<LaunchOptions> = fc.record(
  {
    engine: fc.constantFrom('embedded' as const, 'llama-server' as const),
    openMp,
    rpcServers: fc.constantFrom([], ['10.0.0.2:50052', 'worker:50052']),
  },
  { requiredKeys: [] },
)

type Planner = typeof planLaunch
type Law = (plan: LaunchPlan, machine: Parameters<Planner>[1], options: LaunchOptions) => void

const laws: Record<string, Law> = {
  'every argument and every variable belongs to a choice, and every choice has a sentence': (plan) => {
    const wrapper = plan.choices.flatMap((choice) => choice.wrapper ?? [])
    const args = plan.choices.flatMap((choice) => choice.args)
    expect(plan.command.slice(0, wrapper.length)).toEqual(wrapper)
    expect(plan.command.slice(wrapper.length + 1)).toEqual(args)
    expect(plan.environment).toEqual(Object.assign({}, ...plan.choices.map(({ environment }) => environment)))
    for (const { because } of plan.choices) expect(because).toMatch(/^[A-Za-z0-9].{10,}\.$/s)
  },
  'never more threads than cores, nor than the container allows': (plan, { physicalCores = 0, limits }) => {
    const at = plan.command.indexOf('--threads')
    if (physicalCores === 0) return expect(at).toBe(-1)
    const threads = Number(plan.command[at + 1])
    expect(threads).toBeGreaterThanOrEqual(1)
    expect(threads).toBeLessThanOrEqual(Math.min(physicalCores, Math.max(1, limits.cores ?? physicalCores)))
  },
  'no variable of OpenMP unless it is linked and a gain was measured': (plan, _, { openMp }) => {
    const helps = openMp?.isLinked === true && openMp.threads !== undefined && (openMp.speedup ?? 0) >= 1.05
    expect(Object.keys(plan.environment)).toEqual(helps && plan.engine === 'llama-server' ? ['OMP_NUM_THREADS'] : [])
  },
  'weights are spread where there are several memory nodes, and nowhere else': (
    plan,
    { numaNodes = [], hasNumactl },
  ) => {
    expect(plan.command.includes('--interleave=all')).toBe(numaNodes.length > 1 && hasNumactl)
    const distributes = numaNodes.length > 1 && !hasNumactl && plan.engine === 'llama-server'
    expect(plan.command.includes('distribute')).toBe(distributes)
  },
  'nothing drafts that was not asked for': (plan) => {
    const drafts = plan.choices.some(({ about }) => about === 'draft model' || about === 'lookup')
    if (plan.engine === 'llama-server') expect(plan.command.includes('--spec-type')).toBe(drafts)
    else expect(plan.command.includes('none') && drafts).toBe(false)
  },
}

/** Planners that are wrong in one way each, by the law that must catch them. */
const offenders: Record<string, Planner> = {
  'every argument and every variable belongs to a choice, and every choice has a sentence': (...args) => {
    const plan = planLaunch(...args)
    return { ...plan, command: [...plan.command, '--mlock'] }
  },
  'never more threads than cores, nor than the container allows': (model, machine, given) =>
    planLaunch(model, { ...machine, physicalCores: machine.logicalCores, limits: {} }, given),
  // What is written in many a script.
  'no variable of OpenMP unless it is linked and a gain was measured': (...args) => ({
    ...planLaunch(...args),
    environment: { OMP_NUM_THREADS: '1' },
  }),
  'weights are spread where there are several memory nodes, and nowhere else': (model, machine, given) =>
    planLaunch(model, { ...machine, numaNodes: nodesOf(2), hasNumactl: true }, given),
  'nothing drafts that was not asked for': (model, machine, given) => {
    const plan = planLaunch(model, machine, given)
    const off = plan.choices.some(({ about }) => about === 'draft model' || about === 'lookup')
    return { ...plan, command: [...plan.command, off ? 'none' : '--spec-type'] }
  },
}

describe.each(Object.entries(laws))('%s', (name, law) => {
  const hold = (plan: Planner, seed?: number) =>
    fc.assert(
      fc.property(launchModels, machines, options, (model, machine, given) => {
        law(plan(model, machine, given), machine, given)
      }),
      { numRuns: 300, ...(seed !== undefined && { seed }) },
    )

  it('holds', () => hold(planLaunch))

  it('catches its offender', () => {
    const offender = offenders[name]
    if (offender === undefined) throw new Error('this law has no offender')
    expect(() => hold(offender, 7)).toThrow('Property failed')
  })
})

describe('the embedded engine', () => {
  it('is started with foretoken run', () => {
    const model = {
      name: 'coder',
      path: '/m/coder.gguf',
      contextTokens: 8192,
      overrides: [{ key: 'qwen3moe.expert_used_count', value: 4 }],
      draft: { kind: 'model' as const, path: '/m/small.gguf', maxTokens: 24 },
      lookup: {},
    }
    const plan = planLaunch(model, machineOf({ numaNodes: nodesOf(2), hasNumactl: true }))
    expect(plan.command.join(' ')).toBe(
      'numactl --interleave=all foretoken run /m/coder.gguf --threads 96 --context 8192 --override qwen3moe.expert_used_count=4 --draft /m/small.gguf',
    )
    expect(plan.environment).toEqual({})
    expect(plan.refusals).toEqual([])
  })

  it('leaves to llama-server what it cannot do, and says why when it is asked for', () => {
    const vision = { name: 'eyes', path: '/m/vl.gguf', projectorPath: '/m/mmproj.gguf' }
    expect(planLaunch(vision, machineOf()).engine).toBe('llama-server')
    expect(planLaunch(vision, machineOf(), { engine: 'embedded' }).refusals).toEqual([
      'The embedded engine reads no images; llama-server does.',
    ])
  })
})

describe('huge pages', () => {
  const sentence = (transparent: string | undefined, engine: 'embedded' | 'llama-server') => {
    const hugePages = transparent === undefined ? undefined : { transparent, defragmentation: '', reservedBytes: 0 }
    const { hugePages: _, ...machine } = machineOf()
    const plan = planLaunch({ name: 'a', path: '/a' }, { ...machine, ...(hugePages && { hugePages }) }, { engine })
    expect(plan.environment).toEqual({})
    return plan.choices.find(({ about }) => about === 'huge pages')?.because
  }

  it.each([
    ['madvise', 'embedded', 'are read into huge pages'],
    ['always', 'embedded', 'are read into huge pages'],
    ['madvise', 'llama-server', 'with GLIBC_TUNABLES=glibc.malloc.hugetlb=1 and --load-mode none'],
    ['always', 'llama-server', 'with --load-mode none'],
    ['never', 'llama-server', 'echo madvise >'],
    ['', 'llama-server', 'not known'],
    [undefined, 'embedded', 'not known'],
  ] as const)('that are %j are told of to %s, and nothing is set', (transparent, engine, words) => {
    expect(sentence(transparent, engine)).toContain(words)
  })
})

describe('llama-server', () => {
  it('gets every option of a role', () => {
    const plan = planLaunch(
      {
        name: 'worker_general',
        aliases: ['worker_math'],
        path: '/m/7b.gguf',
        host: '127.0.0.1',
        port: 8082,
        contextTokens: 4096,
        sequences: 2,
        projectorPath: '/m/mmproj.gguf',
        overrides: [
          { key: 'a.b', value: 3, because: '3 experts are enough' },
          { key: 'c.d', value: true },
        ],
        draft: { kind: 'model', path: '/m/0.5b.gguf', maxTokens: 24 },
        lookup: { matchTokens: 3, maxTokens: 16 },
      },
      machineOf({ numaNodes: nodesOf(2) }),
      { rpcServers: ['10.0.0.2:50052'], openMp: { isLinked: true, threads: 1, speedup: 1.3 } },
    )
    expect(plan.command.join(' ')).toBe(
      'llama-server --model /m/7b.gguf --alias worker_general,worker_math --host 127.0.0.1 --port 8082 --threads 96 --numa distribute --ctx-size 8192 --parallel 2 --flash-attn on --override-kv a.b=int:3,c.d=bool:true --mmproj /m/mmproj.gguf --spec-type draft-simple,ngram-simple --spec-draft-model /m/0.5b.gguf --spec-draft-n-max 24 --spec-ngram-simple-size-n 3 --spec-ngram-simple-size-m 16 --rpc 10.0.0.2:50052',
    )
    expect(plan.environment).toEqual({ OMP_NUM_THREADS: '1' })
    expect(plan.choices.find(({ about }) => about === 'metadata')?.because).toBe(
      '3 experts are enough; c.d is replaced by true.',
    )
  })

  it('says why nothing drafts', () => {
    const refused = ['the draft’s vocabulary has 128 tokens more than is allowed']
    const { choices } = planLaunch({ name: 'a', path: '/a', port: 1, refused }, machineOf())
    expect(choices.find(({ about }) => about === 'drafting')?.because).toBe(
      'Nothing drafts. The draft’s vocabulary has 128 tokens more than is allowed.',
    )
  })

  it('takes no address without a port', () => {
    const rpcServers = ['10.0.0.2']
    expect(() => planLaunch({ name: 'a', path: '/a' }, machineOf(), { rpcServers })).toThrow('must be host:port')
  })
})
