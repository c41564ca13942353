import { coloursOf } from '../colours.js'
import type { Host } from '../host.js'
import { type Interruption, listenForInterruption } from '../interruption.js'
import { type ProgressLine, progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import { readServeConfig } from './config/read-serve-config.js'
import type { ServeConfig } from './config/serve-config.js'
import { type HttpServer, httpServer } from './http/http-server.js'
import { assertGuarded, httpOptions } from './http-side.js'
import { openHouse } from './open-house.js'
import { serveLog } from './serve-log.js'
import type { ServeOptions } from './serve-options.js'
import type { HouseService } from './service/house-service.js'

/** Serves until a signal comes; returns the exit code. */
export async function serve(options: ServeOptions, host: Host): Promise<number> {
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const { json = false } = options
  return await untilInterrupted({ host, interruption, progress, json, command: 'serve' }, async () => {
    const { config, notes } = await readServeConfig(options)
    assertGuarded(config, options)
    if (!json) for (const note of notes) host.stderr.write(`${note}\n`)
    return await serveConfig(config, { options, host, interruption, progress })
  })
}

interface ServeParts {
  readonly options: ServeOptions
  readonly host: Host
  readonly interruption: Interruption
  readonly progress: ProgressLine
}

async function serveConfig(config: ServeConfig, parts: ServeParts): Promise<number> {
  const { options, host, interruption, progress } = parts
  const log = serveLog(host.stderr, { json: options.json === true, progress })
  await using service = await openHouse(config, { signal: interruption.signal, log })
  await using server = await httpServer({
    ...(await httpOptions(config, host.env as NodeJS.ProcessEnv)),
    service,
    ...(options.json === true && { log: host.stderr }),
  })
  const loading = service.loadPinned((model, rate) => progress.show(`Loading ${model} ${Math.round(100 * rate)} %`))
  // Programs wait for this line: whoever asks before the models are there waits in the queue.
  if (options.json === true) announceJson(server, service, parts)
  const stopped = untilAborted(interruption.signal)
  await Promise.race([loading, stopped])
  progress.clear()
  if (options.json !== true && !interruption.signal.aborted) announce(server, service, parts)
  await stopped
  return await drained(service, parts)
}

function announceJson({ url }: HttpServer, service: HouseService, { host }: ServeParts): void {
  const models = service.models().map(({ id }) => id)
  host.stdout.write(`${JSON.stringify({ url, page: `${url}/`, models, pid: host.pid })}\n`)
}

function announce({ url }: HttpServer, service: HouseService, { host, options }: ServeParts): void {
  const { bold, dim } = coloursOf(host.stdout, host.env, options.color)
  const models = service.models().map(({ id }) => id)
  host.stdout.write(
    `${[
      `${bold(`${url}/`)}  the page: chat, steps, models`,
      `${bold(`${url}/v1`)}  the OpenAI API, and Anthropic's /v1/messages`,
      dim(`models: ${models.join(', ')} · Ctrl-C ends`),
    ].join('\n')}\n`,
  )
}

/** Lets open answers end; what is open afterwards is cut off, and the exit code says so. */
async function drained(service: HouseService, { options, host, interruption }: ServeParts): Promise<number> {
  const { drain = 30, json } = options
  const open = service.openRequests()
  if (open > 0 && json !== true)
    host.stderr.write(`Ending: ${open} ${open === 1 ? 'answer is' : 'answers are'} still open; again to cut off\n`)
  await service.drain(drain * 1_000)
  return service.openRequests() === 0 ? 0 : interruption.exitCode
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
