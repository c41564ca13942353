import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { architectureTables, isHybrid, keepsRecurrentState, rollbackOf } from '../../src/facts/architectures.js'
import { seeingArchitectures, toolCallFormat } from '../../src/facts/chat-facts.js'
import type { ToolCallFormat } from '../../src/facts/model-facts.js'
import { quantizationFacts } from '../../src/facts/quantization-facts.js'
import { type EngineSource, engineSource } from './engine-source.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-tables-'))
let engine: EngineSource
/** Names by enumerator, as in `LLM_ARCH_QWEN3`. */
let names: ReadonlyMap<string, string>
let architectures = ''

beforeAll(() => {
  engine = engineSource(folder, 'unused')
  architectures = engine.read('src/llama-arch.cpp')
  names = new Map(
    Array.from(architectures.matchAll(/\{ (LLM_ARCH_\w+), +"([^"]+)" +\}/g), ([, id = '', name = '']) => [id, name]),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The architectures for which a function of llama-arch.cpp says yes. */
function saidBy(functionName: string): readonly string[] {
  const [, body = ''] = new RegExp(`bool ${functionName}\\([^{]*\\{(.*?)return true;`, 's').exec(architectures) ?? []
  return Array.from(body.matchAll(/case (LLM_ARCH_\w+):/g), ([, id = '']) => names.get(id) ?? id).sort()
}

describe('what we know of architectures', () => {
  const thatAre = (check: (name: string) => boolean) => [...names.values()].filter(check).sort()

  test('every name is one of llama.cpp', () => {
    expect(names.size).toBeGreaterThan(130)
    const known = new Set(names.values())
    expect([...architectureTables, ...seeingArchitectures].filter((name) => !known.has(name))).toEqual([])
  })

  test('recurrent, hybrid and state-keeping ones are those of llama.cpp', () => {
    expect(saidBy('llm_arch_is_hybrid').length).toBeGreaterThan(10)
    expect(thatAre(isHybrid)).toEqual(saidBy('llm_arch_is_hybrid'))
    expect(thatAre((name) => keepsRecurrentState(name) && !isHybrid(name))).toEqual(saidBy('llm_arch_is_recurrent'))
    expect(thatAre((name) => rollbackOf(name, false) === 'bounded')).toEqual(saidBy('llm_arch_supports_rs_rollback'))
    for (const name of saidBy('llm_arch_is_diffusion')) expect([name, rollbackOf(name, false)]).toEqual([name, 'none'])
  })
})

test('types of files are named as llama.cpp numbers them', () => {
  const types = Array.from(
    engine.read('include/llama.h').matchAll(/^ +LLAMA_FTYPE_(?:MOSTLY|ALL)_(\w+) += (\d+),/gm),
    ([, name, id]) => [Number(id), name],
  )
  expect(types.length).toBeGreaterThan(30)
  expect(types.map(([id]) => [id, quantizationFacts([], id).name])).toEqual(types)
})

/** Whose templates write tool calls alike, by the names of the files that llama.cpp is tested with. */
const templates: Readonly<Record<ToolCallFormat, RegExp>> = {
  harmony: /gpt-oss/,
  'qwen3-coder': /Qwen3-Coder|Qwen3\.5|StepFun3\.5|Nemotron-3/,
  minimax: /MiniMax-M[23]/,
  glm: /GLM-4|Laguna|ling-3|Spark2\.5/,
  hermes: /Hermes|QwQ|Qwen2\.5-7B|Qwen3-0|Bielik|MiMo|Reka|granite-4|unsloth-Apriel/,
  lfm2: /LFM2/,
  'kimi-k2': /Kimi-K2/,
  deepseek: /DeepSeek-R1|DeepSeek-V3\.1|deepseek-r1/,
  dsml: /DeepSeek-V3\.2|DeepSeek-V4/,
  'command-r': /Cohere2MoE|command-r7b/,
  mistral: /Mistral|Ministral|Devstral/,
  functionary: /functionary/,
  llama3: /Llama-3\.[123]-\d+B-Instruct$/,
  gemma: /gemma-4/,
}

test('tool calls are told by the templates that llama.cpp is tested with', () => {
  const names = readdirSync(join(engine.folder, 'models/templates')).filter((name) => name.endsWith('.jinja'))
  expect(names.length).toBeGreaterThan(60)
  const told = names.map((name) => [name, toolCallFormat(engine.read(`models/templates/${name}`))])
  const formats = Object.entries(templates)
  const wanted = names.map((name) => [name, formats.find(([, names]) => names.test(name.replace('.jinja', '')))?.[0]])
  expect(told).toEqual(wanted)
  for (const [format] of formats) expect(wanted.map(([, one]) => one)).toContain(format)
})
