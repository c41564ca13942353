import { SpeculationError } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { memoryDraftModel } from '../../test/memory-draft-model.js'
import { memoryMachineFacts, memoryModelFacts } from '../../test/memory-facts.js'
import { memoryHost } from '../../test/memory-host.js'
import { memoryModel } from '../../test/memory-model.js'
import { main } from '../main.js'
import { doctor } from './doctor.js'
import type { DoctorOptions } from './doctor-options.js'
import type { DoctorResult } from './doctor-result.js'
import type { DoctorPorts } from './examine.js'

const repeating = () => 'one two three one two three one two three '

/** Ten milliseconds a token, as `memoryModel` measures it. */
const secondsPerToken = 0.01

interface Call {
  readonly options?: DoctorOptions
  readonly ports?: DoctorPorts
  readonly host?: ReturnType<typeof memoryHost>
  readonly onVerify?: () => void
  readonly answer?: () => string
}

async function call({ options = { model: 'm.gguf' }, ports = {}, ...given }: Call = {}) {
  const { host = memoryHost(), onVerify, answer = repeating } = given
  const model = memoryModel({ answer, contextTokens: 4_000, ...(onVerify && { onVerify }) })
  const exitCode = await doctor(options, host, {
    inspectMachine: async () => memoryMachineFacts(),
    nativeReport: () => ({ available: false, reason: 'it is not built' }),
    inspect: async (path) => memoryModelFacts({ path, weightsBytes: 5e6 }),
    loadModel: async () => model,
    modelDrafter: memoryDraftModel().port,
    ...ports,
  })
  expect(host.listeners('SIGINT')).toBe(0)
  return { exitCode, ...host.written }
}

async function result(given: Call = {}): Promise<DoctorResult> {
  const options = { model: 'm.gguf', ...given.options, json: true }
  const { exitCode, stdout, stderr } = await call({ ...given, options })
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as DoctorResult
}

describe('without a model', () => {
  test('machine and engine are told', async () => {
    const { exitCode, stdout } = await call({ options: {} })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Memory CPU, 2 cores (2 logical), 1 memory node')
    expect(stdout).toContain('8.0 GB of memory, 6.0 GB available, caches 1.0 MB, copies 1.0 GB/s')
    expect(stdout).toContain('The native engine is absent: it is not built.')
    expect(stdout).toContain('Without a model: nothing here slows models down.')
  })

  test('what slows models down is told with its cure', async () => {
    const facts = memoryMachineFacts({
      governor: 'powersave',
      hugePages: { transparent: 'never', defragmentation: '', reservedBytes: 2 ** 31 },
      numaNodes: [0, 1].map((node) => ({ node, processors: [node], memoryBytes: 4e9 })),
      limits: { cores: 1.5 },
      load: 7,
      vectorUnits: ['AVX'],
    })
    const options = { json: true }
    const { stdout } = await call({ options, ports: { inspectMachine: async () => facts } })
    const { findings, verdict } = JSON.parse(stdout) as DoctorResult
    expect(findings.map((finding) => finding.split(' ').slice(0, 4).join(' '))).toEqual([
      'Others use the cores',
      'The clock governor is',
      'Transparent huge pages are',
      '2.0 GiB of huge',
      'There are 2 memory',
      'The container allows 1.5',
      'The processor has no',
    ])
    expect(verdict).toBe('Without a model: 7 things slow models down. Name one to have it measured.')
  })

  test('a draft model alone is refused', async () => {
    const host = memoryHost()
    expect(await main(['doctor', '--draft', 'd.gguf'], host)).toBe(2)
    expect(host.written.stderr).toContain('--draft needs the model that it is to draft for')
  })
})

describe('a model', () => {
  test('is measured, and drafters are tried on what it writes', async () => {
    const { model, verdict, complete } = await result()
    expect(complete).toBe(true)
    expect(model).toMatchObject({ path: 'm.gguf', costs: [{ width: 1, seconds: secondsPerToken }] })
    expect(model?.decoding).toMatchObject({ tokensPerSecond: 100, assessment: 'good' })
    expect(model?.breakEven?.map(({ draftTokens }) => draftTokens)).toEqual([1, 2, 4, 8])
    expect(model?.drafters?.map(({ drafter }) => drafter)).toEqual(['lookup', 'suffix'])
    expect(verdict).toMatch(/^lookup and suffix on \(on the built-in prompts lookup \d\.\d\d×, suffix \d\.\d\d×\)\.$/)
  })

  test('that reads 6 % of what the cores copy is five times slower than expected', async () => {
    const inspect: DoctorPorts['inspect'] = async (path) => memoryModelFacts({ path, weightsBytes: 6e7 })
    const facts = memoryMachineFacts({ copyBytesPerSecond: 6e7 / secondsPerToken / 0.06 })
    const { model, findings, verdict } = await result({ ports: { inspect, inspectMachine: async () => facts } })
    expect(model?.decoding?.share).toBeCloseTo(0.06)
    expect(findings[0]).toContain('5.0× slower than expected')
    expect(verdict).toContain('decoding is slower than the memory allows')
  })

  test('that does not fit is a finding', async () => {
    const message = 'the model needs 900 MiB, this machine has free 100 MiB; take a smaller quantisation'
    const loadModel = () => Promise.reject(new SpeculationError('ERR_BUDGET_EXCEEDED', message))
    const { findings, verdict, model } = await result({ ports: { loadModel } })
    expect(findings[0]).toBe(`${message.replace('the', 'The')}.`)
    expect(verdict).toBe('The model does not fit into the memory: nothing was measured.')
    expect(model?.costs).toBeUndefined()
  })

  test('on an engine that does not say what drafts cost is looked at all the same', async () => {
    const message = 'the cost of a batch cannot be measured on node-llama-cpp; load the model with the native engine'
    const measureCost = () => Promise.reject(new SpeculationError('ERR_OPTION_INVALID', message))
    const loadModel = async () => memoryModel({ answer: repeating, contextTokens: 4_000, measureCost })
    const inspect: DoctorPorts['inspect'] = async (path) =>
      memoryModelFacts({ path, weightsBytes: 5e6, vocabularySize: path === 'd.gguf' ? 900 : 300 })
    const options = { model: 'm.gguf', draft: 'd.gguf' }
    const { model, draft, findings, verdict } = await result({ options, ports: { loadModel, inspect } })
    expect(findings).toContain(`T${message.slice(1)}.`)
    expect([model?.loadSeconds, draft?.reasons]).toEqual([
      expect.any(Number),
      [expect.objectContaining({ rule: 'size' })],
    ])
    expect(verdict).toMatch(/^lookup and suffix: .*; foretoken tune drafter tries them; draft model: not compatible/)
  })

  test('that is no model is an error as everywhere', async () => {
    const inspect = () => Promise.reject(new SpeculationError('ERR_MODEL_FORMAT', 'm.gguf is no GGUF file'))
    await expect(call({ ports: { inspect } })).rejects.toThrow('m.gguf is no GGUF file')
  })

  test('Ctrl-C prints what there is, with exit code 130', async () => {
    const host = memoryHost()
    let steps = 0
    const onVerify = () => void (++steps === 20 && host.signal('SIGINT'))
    const { exitCode, stdout } = await call({ host, onVerify, options: { model: 'm.gguf', json: true } })
    const { complete, verdict, model } = JSON.parse(stdout) as DoctorResult
    expect([exitCode, complete, verdict]).toEqual([130, false, 'Interrupted: too early for a verdict.'])
    expect(model?.costs).toHaveLength(1)
    expect(model?.drafters).toBeUndefined()
  })
})

describe('a draft model', () => {
  const options = { model: 'm.gguf', draft: 'd.gguf' }

  test('is tried and weighed', async () => {
    const { draft, verdict } = await result({ options })
    expect(draft).toMatchObject({ path: 'd.gguf', compatible: true, reasons: [] })
    expect(draft?.measured).toMatchObject({ drafter: 'model' })
    expect(draft?.breakEven).toHaveLength(4)
    expect(verdict).toMatch(/; draft model: expected \d+\.\d\d×( with (1 token|[2-9] tokens) a draft, on|, off)\.$/)
  })

  test('cannot be tried on a text of nothing', async () => {
    const { draft, findings, verdict } = await result({ options, answer: () => '' })
    expect(draft?.measured).toBeUndefined()
    expect(findings.join(' ')).toContain('The model wrote too little')
    expect(verdict).toMatch(/; draft model: could not be tried, off\.$/)
  })

  test('that does not suit is refused with the rule and the cure, and is not loaded', async () => {
    const inspect: DoctorPorts['inspect'] = async (path) =>
      memoryModelFacts({ path, weightsBytes: 5e6, vocabularySize: path === 'd.gguf' ? 900 : 300 })
    const { draft, findings, verdict } = await result({ options, ports: { inspect } })
    expect(draft).toMatchObject({ compatible: false, reasons: [{ rule: 'size' }] })
    expect(draft?.measured).toBeUndefined()
    expect(findings[0]).toMatch(/^The draft model does not suit: .*600 apart.*; use a draft model of/)
    expect(verdict).toMatch(/; draft model: not compatible \(.*\), off\.$/)
  })

  test('that the engine refuses is a finding', async () => {
    const message = 'd.gguf cannot draft for m.gguf: merges differ; take another'
    const modelDrafter = () => Promise.reject(new SpeculationError('ERR_VOCABULARY_MISMATCH', message))
    const { findings, verdict } = await result({ options, ports: { modelDrafter } })
    expect(findings).toContain(`The draft model cannot be used: D${message.slice(1)}.`)
    expect(verdict).toMatch(/; draft model: could not be tried, off\.$/)
  })
})

test('the help teaches', async () => {
  const host = memoryHost()
  expect(await main(['doctor', '--help'], host)).toBe(0)
  for (const text of ['foretoken doctor model.gguf --draft small.gguf', 'expected 0.86×', 'Ctrl-C', '--json'])
    expect(host.written.stdout).toContain(text)
})
