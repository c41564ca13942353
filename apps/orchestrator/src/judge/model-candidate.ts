import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { arch, cpus, platform, totalmem } from 'node:os'
import { SpeculationError } from '@foretoken/contract'
import type { Complete, Completion, Finish, Message, RunCandidate, RunModel } from '@foretoken/judge'
import type { ChatMessage, EngineName, EngineTarget, LoadedModel } from '@foretoken/runner-llamacpp'
import { nativeReport } from '../doctor/engine-report.js'
import { type Generation, generate } from '../generation.js'
import { loadModel, type ModelOptions, type ModelPorts } from '../load-model.js'
import type { ProgressLine } from '../progress-line.js'

/** A model as it is to be judged. */
export interface ModelCandidateOptions extends ModelOptions {
  /** Name of what is varied. */
  readonly configuration: string
  readonly settings: Readonly<Record<string, number>>
  /** Version of this program. */
  readonly version: string
}

/** A GGUF file in a configuration, which is loaded when it is first asked. */
export async function modelCandidate(
  { configuration, settings, version, ...options }: ModelCandidateOptions,
  progress: ProgressLine,
  ports: ModelPorts,
): Promise<RunCandidate> {
  const engine = engineOf(options.engine)
  const { threads = 'auto', context = 'auto', override = {} } = options
  return {
    subject: {
      model: await runModel(options.model),
      configuration: { name: configuration, settings },
      engine: { ...engine, settings: { threads, context, override: JSON.stringify(override) } },
      machine: {
        platform: platform(),
        architecture: arch(),
        processor: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        memoryBytes: totalmem(),
      },
      packages: { foretoken: version, node: process.versions.node },
    },
    async open(signal = new AbortController().signal) {
      const model = await loadModel({ ...options, engine: engine.name }, { progress, signal }, ports)
      try {
        const target = await model.openTarget()
        return {
          complete: completeWith(model, target),
          async [Symbol.asyncDispose]() {
            await target[Symbol.asyncDispose]()
            await model[Symbol.asyncDispose]()
          },
        }
      } catch (error) {
        await model[Symbol.asyncDispose]()
        throw error
      }
    },
  }
}

/** The engine is settled before anything is loaded, since a finished run must be known without its model. */
function engineOf(wish: ModelOptions['engine']): { readonly name: EngineName; readonly version: string } {
  const native = nativeReport()
  const name = wish === undefined || wish === 'auto' ? (native.available ? 'native' : 'node-llama-cpp') : wish
  return { name, version: (name === 'native' ? native.version : undefined) ?? 'unknown' }
}

function completeWith(model: LoadedModel, target: EngineTarget): Complete {
  return async (messages, { maxTokens, temperature = 0, seed = 0, signal, tools = [], images = [] }) => {
    if (images.length > 0 || tools.length > 0) {
      const what = images.length > 0 ? 'images' : 'tools'
      throw new SpeculationError('ERR_OPTION_INVALID', `a model in this process takes no ${what}`)
    }
    const prompt = model.chatPrompt(messages.map(chatMessage))
    const session = { sampling: { temperature, seed } }
    const request = { model, target, prompt, maxTokens, session, onStep: () => {}, ...(signal && { signal }) }
    const { text, finish, summary } = await generate(request)
    const usage = { promptTokens: prompt.length, completionTokens: summary.tokens }
    return { text, finish: finishOf(finish), toolCalls: [], usage } satisfies Completion
  }
}

function chatMessage({ role, content }: Message): ChatMessage {
  if (role !== 'tool') return { role, content }
  throw new SpeculationError('ERR_OPTION_INVALID', 'a model in this process takes no messages of tools')
}

function finishOf(finish: Generation['finish']): Finish {
  if (finish === 'end-of-text' || finish === 'stopped') return 'stop'
  return finish === 'aborted' ? 'timeout' : 'length'
}

const headBytes = 16 * 2 ** 20
const tailBytes = 2 ** 20

/** The file with a hash of its size, first 16 MiB (header and vocabulary) and last MiB: all of it takes minutes. */
async function runModel(path: string): Promise<RunModel> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const hash = createHash('sha256').update(`${size}\n`)
    const tail = Math.max(headBytes, size - tailBytes)
    for (const [start, end] of [
      [0, Math.min(size, headBytes)],
      [Math.min(size, tail), size],
    ] as const) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
      hash.update(buffer.subarray(0, bytesRead))
    }
    return { path, bytes: size, hash: hash.digest('hex') }
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the model ${path} cannot be read`, { cause, details: { path } })
  }
}
