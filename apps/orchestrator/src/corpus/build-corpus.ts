import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { loadTokenizer as loadLlamaTokenizer, type Tokenizer } from '@foretoken/runner-llamacpp'
import { assertWritable } from '../assert-writable.js'
import type { Host } from '../host.js'
import { type Interruption, listenForInterruption } from '../interruption.js'
import type { ModelPorts } from '../load-model.js'
import { type ProgressLine, progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import { corpusDocuments } from './corpus-documents.js'
import type { CorpusOptions } from './corpus-options.js'
import type { CorpusResult } from './corpus-result.js'
import { type CorpusTally, corpusText, skippedText } from './corpus-tally.js'
import { documentExtensions } from './document-extensions.js'

interface CorpusParts {
  readonly options: CorpusOptions
  readonly host: Host
  readonly interruption: Interruption
  readonly progress: ProgressLine
}

/**
 * Does what `foretoken corpus build` does and returns its exit code; failures are thrown. The summary, or with `json` the
 * object, goes to the host's stdout. The memory file is written whole, or stays as it was.
 */
export async function buildCorpus(options: CorpusOptions, host: Host, ports: ModelPorts = {}): Promise<number> {
  const { json = false } = options
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const work = () => buildWith({ options, host, interruption, progress }, ports)
  return await untilInterrupted({ host, interruption, progress, json, command: 'corpus build' }, work)
}

async function buildWith(parts: CorpusParts, { loadTokenizer = loadLlamaTokenizer }: ModelPorts): Promise<number> {
  const { options, host, interruption, progress } = parts
  const { folder, model, out } = options
  await assertWritable(out, 'memory file')
  progress.show(`Loading the tokenizer of ${basename(model)}`)
  await using tokenizer = await loadTokenizer(model, { signal: interruption.signal })
  const { tokenizerFingerprint } = tokenizer.facts
  const tally = await remember({ tokenizer, parts })
  const { size: fileBytes } = await stat(out)
  progress.clear()
  const result: CorpusResult = { folder, out, fileBytes, model, tokenizerFingerprint, ...tally }
  if (!interruption.readerGone)
    host.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : corpusText(result))
  return 0
}

/** Reads the folder into a memory and saves that. */
async function remember({
  tokenizer,
  parts,
}: {
  readonly tokenizer: Tokenizer
  readonly parts: CorpusParts
}): Promise<CorpusTally> {
  const { options, interruption, progress } = parts
  const { folder, out, include = documentExtensions, maxBytes = 50_331_648 } = options
  const { maxFileBytes = 1_048_576, maxFiles = 100_000 } = options
  const { signal } = interruption
  using drafter = suffixDrafter({ maxBytes, tokenizerFingerprint: tokenizer.facts.tokenizerFingerprint })
  const mostTokens = (maxBytes - drafter.stats().bytes) / BYTES_A_TOKEN
  const documents = corpusDocuments({
    ...{ folder, tokenizer, maxFileBytes, maxFiles, signal, extensions: new Set(include) },
    hasRoom: (tokens) => drafter.stats().tokens + tokens + BLOCK <= mostTokens,
    onFile: (path, { files, tokens }) =>
      progress.show(`Read ${counted(files)} files, ${counted(tokens)} tokens: ${path}`),
  })
  await drafter.importCorpus(documents.tokens, { signal })
  const { tally } = documents
  if (tally.files === 0) throw nothingFound(folder, tally)
  progress.show(`Saving ${basename(out)}`)
  await drafter.save(out)
  return tally
}

/** What the index of `@foretoken/drafter-suffix` takes for a token, with some to spare: it would forget, not fail. */
const BYTES_A_TOKEN = 26
/** A text takes whole blocks of so many tokens. */
const BLOCK = 32

function nothingFound(folder: string, tally: CorpusTally): SpeculationError<'ERR_OPTION_INVALID'> {
  const leftOut = skippedText(tally)
  const why = leftOut === '' ? 'it is empty' : leftOut
  const message = `the folder ${folder} has no text to read (${why}); name another one, or other kinds with --include`
  return new SpeculationError('ERR_OPTION_INVALID', message, { details: { folder, skipped: tally.skipped } })
}

function counted(count: number): string {
  return count.toLocaleString('en')
}
