import type { ModelFacts, ModelMemory, VocabularyFacts } from '@foretoken/registry'
import { bytes } from '../doctor/decoding-bandwidth.js'
import { alignRows } from './align-rows.js'

/** The facts as a table of names and values. */
export function factsText(facts: ModelFacts, memory: ModelMemory): string {
  const { vocabulary, experts, files, quantization } = facts
  const rows: (readonly [string, string | undefined])[] = [
    ['name', facts.name],
    ['kind', facts.kind === 'model' ? undefined : facts.kind],
    ['architecture', facts.architecture],
    ['parameters', parametersOf(facts)],
    ['quantization', `${quantization.name}, ${quantization.bitsPerWeight.toFixed(2)} bits a weight`],
    ['layers', `${facts.layers} of width ${facts.embeddingLength}`],
    ['experts', experts && `${experts.used} of ${experts.count} by default (${experts.overrideKey})`],
    ['context', facts.contextTokens === 0 ? undefined : `${facts.contextTokens} tokens`],
    ['vocabulary', vocabulary && vocabularyText(vocabulary)],
    ['special tokens', vocabulary && specialTokens(vocabulary)],
    ['fingerprint', vocabulary?.fingerprint.slice(0, 16)],
    ['chat template', facts.chatTemplate === undefined ? 'none' : `${facts.chatTemplate.length} characters`],
    ['tool calls', facts.toolCallFormat],
    ['rollback', facts.rollback],
    ['draft heads', facts.draftHeads.map(({ kind, layers }) => `${kind} (${layers})`).join(', ') || undefined],
    ['pictures', facts.seesWithProjector ? 'with a projector (--mmproj)' : undefined],
    ['files', files.length === 1 ? bytes(facts.fileBytes) : `${files.length} parts, ${bytes(facts.fileBytes)}`],
    ['memory', memoryText(memory)],
  ]
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return [facts.location, ...alignRows(known)].join('\n')
}

function parametersOf({ parameters, activeParameters }: ModelFacts): string {
  const all = parametersText(parameters)
  return parameters === activeParameters ? all : `${all}, ${parametersText(activeParameters)} active`
}

/** Parameters in millions or billions. */
export function parametersText(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(2)} B` : `${(count / 1e6).toFixed(1)} M`
}

function vocabularyText({ type, preTokenizer, size }: VocabularyFacts): string {
  return `${type}${preTokenizer === '' ? '' : ` "${preTokenizer}"`}, ${size} tokens`
}

function specialTokens({ bos, eos, eot, pad, addBos, addEos }: VocabularyFacts): string | undefined {
  const ids = Object.entries({ BOS: bos, EOS: eos, EOT: eot, PAD: pad }).flatMap(([name, id]) =>
    id === undefined ? [] : [`${name} ${id}`],
  )
  const added = [...(addBos ? ['begins with BOS'] : []), ...(addEos ? ['ends with EOS'] : [])]
  return [...ids, ...added].join(', ') || undefined
}

function memoryText({ weightsBytes, cacheBytes, recurrentBytes, computeBytes, totalBytes }: ModelMemory): string {
  const state = recurrentBytes > 0 ? `, state ${bytes(recurrentBytes)}` : ''
  const parts = `weights ${bytes(weightsBytes)}, cache ${bytes(cacheBytes)}${state}, compute ${bytes(computeBytes)}`
  return `${bytes(totalBytes)} (${parts})`
}
