import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { shapeFaults } from '../../test/foreign/shape-faults.js'
import {
  gpuStackShape,
  llamaSwapShape,
  sglangShape,
  vllmShape,
  vllmSpeculationShape,
} from '../../test/foreign/shapes.js'
import { launchModels, machineOf, machines, nodesOf } from '../../test/launch-models.js'
import type { LaunchModel } from '../plans/launch-model.js'
import { exportConfiguration } from './export-configuration.js'

const distinctModels = fc.uniqueArray(
  launchModels.map(({ aliases: _, ...model }) => model),
  { selector: ({ name }) => name, minLength: 1, maxLength: 4 },
)

const full: LaunchModel = {
  name: 'coder',
  path: '/m/coder.gguf',
  weights: 'Qwen/Qwen3-Coder-30B-A3B-Instruct',
  host: '127.0.0.1',
  port: 8081,
  contextTokens: 8192,
  sequences: 2,
  overrides: [
    { key: 'qwen3moe.expert_used_count', value: 4 },
    { key: 'general.name', value: 'x' },
  ],
  draft: { kind: 'model', path: '/m/small.gguf', weights: 'Qwen/Qwen3-0.6B', maxTokens: 8 },
  lookup: { matchTokens: 3, maxTokens: 12 },
}

describe('vLLM', () => {
  const faultsOf = (text: string): readonly string[] => {
    const value = parse(text) as Record<string, unknown>
    const json = (name: string): unknown => JSON.parse(String(value[name] ?? '{}'))
    const speculation = json('speculative-config') as Record<string, unknown>
    const isOn = Object.hasOwn(value, 'speculative-config')
    const { method, model, prompt_lookup_min: least = 0, prompt_lookup_max: most = 0 } = speculation
    return [
      ...shapeFaults(value, vllmShape),
      ...shapeFaults(json('hf-overrides'), { type: 'object', others: { type: 'integer' } }),
      ...(isOn ? shapeFaults(speculation, vllmSpeculationShape) : []),
      ...(Number(least) > Number(most) ? ['prompt_lookup_min is above prompt_lookup_max'] : []),
      ...(method === 'draft_model' && model === undefined ? ['draft_model lacks its model'] : []),
    ]
  }

  it('takes every configuration', () =>
    fc.assert(
      fc.property(distinctModels, machines, (models, machine) => {
        for (const { text } of exportConfiguration('vllm', models, machine).files) expect(faultsOf(text)).toEqual([])
      }),
    ))

  it('is given the original weights, the experts and the draft model', () => {
    const { files, notes } = exportConfiguration('vllm', [full], machineOf())
    expect(files.map(({ name }) => name)).toEqual(['vllm-coder.yaml'])
    expect(parse(files[0]?.text ?? '')).toEqual({
      model: 'Qwen/Qwen3-Coder-30B-A3B-Instruct',
      'served-model-name': ['coder'],
      host: '127.0.0.1',
      port: 8081,
      'max-model-len': 8192,
      'max-num-seqs': 2,
      'hf-overrides': '{"num_experts_per_tok":4}',
      'speculative-config': '{"method":"draft_model","model":"Qwen/Qwen3-0.6B","num_speculative_tokens":8}',
    })
    expect(notes).toEqual([
      'general.name: GGUF keys that were left out.',
      'vLLM drafts in one way: lookup was left out for the draft model.',
    ])
  })

  it('would be told of the names of earlier versions, and of lookups upside down', () => {
    expect(faultsOf("model: a\nspeculative-model: '[ngram]'\nngram-prompt-lookup-max: 4\n")).toHaveLength(2)
    const upsideDown = { method: 'ngram', num_speculative_tokens: 3, prompt_lookup_min: 4, prompt_lookup_max: 2 }
    expect(faultsOf(`model: a\nspeculative-config: '${JSON.stringify(upsideDown)}'`)).toHaveLength(1)
  })
})

describe('SGLang', () => {
  const faultsOf = (text: string): readonly string[] => {
    const words =
      text
        .split('launch_server ')[1]
        ?.trim()
        .match(/'[^']*'|\S+/g) ?? []
    const entries = words.flatMap((word, index) => {
      if (!word.startsWith('--')) return []
      const value = (words[index + 1] ?? '').replace(/^'|'$/g, '')
      return [[word.slice(2).replaceAll('-', '_'), /^\d+$/.test(value) ? Number(value) : value]]
    })
    const args = Object.fromEntries(entries) as Record<string, unknown>
    // A chain of steps: more tokens could not be checked.
    const steps = Number(args['speculative_num_steps'] ?? 0)
    const isChain = args['speculative_num_steps'] === undefined || args['speculative_num_draft_tokens'] === steps + 1
    return [...shapeFaults(args, sglangShape), ...(isChain ? [] : ['more tokens than steps and one'])]
  }

  it('takes every script', () =>
    fc.assert(
      fc.property(distinctModels, machines, (models, machine) => {
        for (const { text } of exportConfiguration('sglang', models, machine).files) expect(faultsOf(text)).toEqual([])
      }),
    ))

  it('is given a chain of draft tokens', () => {
    const { files } = exportConfiguration('sglang', [full], machineOf())
    expect(files[0]?.text).toBe(
      `#!/bin/sh\nexec python3 -m sglang.launch_server --model-path Qwen/Qwen3-Coder-30B-A3B-Instruct --served-model-name coder --host 127.0.0.1 --port 8081 --context-length 8192 --max-running-requests 2 --json-model-override-args '{"num_experts_per_tok":4}' --speculative-algorithm STANDALONE --speculative-draft-model-path Qwen/Qwen3-0.6B --speculative-num-steps 8 --speculative-eagle-topk 1 --speculative-num-draft-tokens 9\n`,
    )
  })

  it('would be told of an option that went away', () => {
    const old =
      'launch_server --model-path a --speculative-ngram-max-match-window-size 12 --speculative-algorithm LOOKUP'
    expect(faultsOf(old)).toHaveLength(2)
  })
})

describe('llama-swap', () => {
  const faultsOf = (text: string): readonly string[] => {
    const value = parse(text) as { models?: object; groups?: Record<string, { members?: string[] }> }
    const members = Object.values(value.groups ?? {}).flatMap((group) => group.members ?? [])
    const known = Object.keys(value.models ?? {})
    return [
      ...shapeFaults(value, llamaSwapShape),
      ...members.filter((name) => !known.includes(name)).map((name) => `${name} is no model`),
      ...(new Set(members).size < members.length ? ['a model is in two groups'] : []),
    ]
  }

  it('takes every configuration, whatever is hot', () =>
    fc.assert(
      fc.property(distinctModels, machines, fc.array(fc.string()), (models, machine, more) => {
        const hot = [...models.slice(1).map(({ name }) => name), ...more]
        const [file] = exportConfiguration('llama-swap', models, machine, { hot }).files
        expect(faultsOf(file?.text ?? '')).toEqual([])
      }),
    ))

  it('keeps the hot ones and swaps the others', () => {
    const models = [
      full,
      { name: 'worker', path: '/m/w b.gguf', aliases: ['math'] },
      { name: 'eyes', path: '/m/v.gguf' },
    ]
    const machine = machineOf({ numaNodes: nodesOf(2), hasNumactl: true })
    const { files, notes } = exportConfiguration('llama-swap', models, machine, { hot: ['worker'] })
    const { models: written, ...rest } = parse(files[0]?.text ?? '') as { models: Record<string, object> }
    expect(written['worker']).toEqual({
      cmd: `numactl --interleave=all llama-server --model '/m/w b.gguf' --alias worker,math --threads 96 --flash-attn on --port \${PORT}`,
      aliases: ['math'],
    })
    expect(rest).toEqual({
      groups: {
        hot: { swap: false, exclusive: false, persistent: true, members: ['worker'] },
        warm: { swap: true, exclusive: false, persistent: false, members: ['coder', 'eyes'] },
      },
      hooks: { on_startup: { preload: ['worker'] } },
    })
    expect(notes).toEqual(['llama-swap chooses the ports; those of coder were left out.'])
  })

  it('refuses one name for two models, as llama-swap does', () => {
    const models = [full, { name: 'other', path: '/o.gguf', aliases: ['coder'] }]
    expect(() => exportConfiguration('llama-swap', models, machineOf())).toThrow('coder names two models')
  })

  it('would be told of a lifetime in words, and of a member that is no model', () => {
    expect(faultsOf('models: { a: { cmd: x, ttl: 5m } }\ngroups: { g: { members: [b] } }')).toEqual([
      '/models/a/ttl is no integer',
      'b is no model',
    ])
  })
})

describe('GPUStack', () => {
  it('takes every model', () =>
    fc.assert(
      fc.property(distinctModels, machines, (models, machine) => {
        for (const { text } of exportConfiguration('gpustack', models, machine).files) {
          expect(shapeFaults(JSON.parse(text), gpuStackShape)).toEqual([])
        }
      }),
    ))

  it('gives llama.cpp what GPUStack does not give itself', () => {
    const { files, notes } = exportConfiguration('gpustack', [full], machineOf({ numaNodes: nodesOf(2) }))
    const { backend_parameters: parameters, ...model } = JSON.parse(files[0]?.text ?? '') as {
      backend_parameters: string[]
    }
    expect(model).toMatchObject({
      name: 'coder',
      source: 'local_path',
      local_path: '/m/coder.gguf',
      backend: 'llama.cpp',
    })
    expect(parameters.join(' ')).toBe(
      '--threads 96 --numa distribute --ctx-size 16384 --parallel 2 --flash-attn on --override-kv qwen3moe.expert_used_count=int:4,general.name=str:x --spec-type draft-simple,ngram-simple --spec-draft-model /m/small.gguf --spec-draft-n-max 8 --spec-ngram-simple-size-n 3 --spec-ngram-simple-size-m 12',
    )
    expect(notes[1]).toBe('The worker that runs coder needs its other files under the same paths.')
  })

  it('would be told of its former backend', () => {
    const old = { name: 'a', source: 'local_path', local_path: '/a', backend: 'llama-box' }
    expect(shapeFaults(old, gpuStackShape)).toHaveLength(1)
  })
})

describe('llama.cpp on several machines', () => {
  it('writes a script for each worker and one for the server', () => {
    const workers = [
      { host: '10.0.0.2', port: 50_052, threads: 8 },
      { host: '10.0.0.3', port: 50_052 },
    ]
    const { files, notes } = exportConfiguration('llama.cpp-rpc', [full], machineOf(), { workers })
    expect(files.map(({ name }) => name)).toEqual(['rpc-worker-0.sh', 'rpc-worker-1.sh', 'rpc-server-coder.sh'])
    expect(files[0]?.text).toBe('#!/bin/sh\nexec ggml-rpc-server --host 10.0.0.2 --port 50052 --cache --threads 8\n')
    expect(files[2]?.text).toContain('--rpc 10.0.0.2:50052,10.0.0.3:50052')
    expect(notes[0]).toContain('asks nobody who they are')
  })

  it('refuses a bad address', () => {
    const workers = [{ host: 'a b', port: 1 }]
    expect(() => exportConfiguration('llama.cpp-rpc', [full], machineOf(), { workers })).toThrow('must be host:port')
  })
})

it('refuses a program that it cannot write for', () => {
  expect(() => exportConfiguration('ollama' as 'vllm', [full], machineOf())).toThrow('must be one of vllm, sglang')
})
