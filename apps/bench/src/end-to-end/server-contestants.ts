import { join } from 'node:path'
import type { ContestantGroup, TextRun, WriteRequest } from './contestant.js'
import { type LlamaServer, startLlamaServer } from './llama-server.js'

/** How the servers are started. */
export interface ServerOptions {
  /** Folder of llama.cpp's programs; without one there are no servers. */
  readonly llamaCpp: string | undefined
  readonly model: string
  readonly draftModel: string
  readonly threads: number
  readonly contextTokens: number
  readonly signal: AbortSignal
}

const ENGINE = 'llama-server'

// The cache as the runner has it, so that the attention costs the same.
const cache = ['--flash-attn', 'on', '--cache-type-k', 'f16', '--cache-type-v', 'bf16', '--gpu-layers', '0']

const needsNoModel = ['ngram-simple', 'ngram-map-k', 'ngram-map-k4v', 'ngram-mod', 'ngram-cache']
const needsTrainedHead = ['draft-eagle3', 'draft-mtp', 'draft-dflash', 'draft-dspark']

const notBuilt = 'llama.cpp’s own programs are not built; npm run test:engines builds them'
const noHead = 'it needs a draft head that was trained for the model, and the fixture models have none'

/** A server for each kind of drafting that `--spec-type` knows, with llama.cpp's own settings of it. */
export async function serverContestants(options: ServerOptions): Promise<ContestantGroup> {
  const { draftModel, llamaCpp } = options
  const ways: readonly Way[] = [
    { drafter: 'plain', args: [] },
    ...needsNoModel.map((drafter) => ({ drafter, args: ['--spec-type', drafter] })),
    { drafter: 'draft-simple', args: ['--spec-type', 'draft-simple', '--spec-draft-model', draftModel] },
  ]
  const absent = needsTrainedHead.map((drafter) => ({ engine: ENGINE, drafter, reason: noHead }))
  if (llamaCpp === undefined) {
    const missing = ways.map(({ drafter }) => ({ engine: ENGINE, drafter, reason: notBuilt }))
    return { present: [], absent: [...missing, ...absent], async [Symbol.asyncDispose]() {} }
  }
  const servers: LlamaServer[] = []
  const close = async (): Promise<void> => {
    for (const server of servers) await server[Symbol.asyncDispose]()
  }
  try {
    for (const { args } of ways) servers.push(await start(join(llamaCpp, ENGINE), args, options))
  } catch (error) {
    await close()
    throw error
  }
  const present = ways.map(({ drafter }, index) => ({
    engine: ENGINE,
    drafter,
    write: (request: WriteRequest) => writeText(servers[index] as LlamaServer, request),
  }))
  return { present, absent, [Symbol.asyncDispose]: close }
}

interface Way {
  readonly drafter: string
  readonly args: readonly string[]
}

function start(path: string, args: readonly string[], options: ServerOptions): Promise<LlamaServer> {
  const { model, threads, contextTokens, signal } = options
  return startLlamaServer({ path, model, args: [...cache, ...args], threads, contextTokens, signal })
}

async function writeText(server: LlamaServer, { prompt, maxTokens, signal }: WriteRequest): Promise<TextRun> {
  const { tokens, promptMs, wallMs, draftedTokens, acceptedTokens } = await server.complete(prompt, maxTokens, signal)
  // The prompt's evaluation ends with the first token.
  const timedTokens = tokens.length - 1
  return { tokens, promptMs, generateMs: wallMs - promptMs, timedTokens, draftedTokens, acceptedTokens }
}
