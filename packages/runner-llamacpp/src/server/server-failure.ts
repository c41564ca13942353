import { type ErrorCode, SpeculationError } from '@foretoken/contract'
import { type ServerLog, withoutStamp } from './server-log.js'

/** How a server's process ended. */
export interface ServerDeath {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why it could not even be started. */
  readonly spawnError?: NodeJS.ErrnoException
}

// llama.cpp's own words, the most telling first: a later line is mostly the consequence of an earlier one.
const knownFailures: readonly (readonly [RegExp, ErrorCode])[] = [
  [/vocab type must match|vocabs are not compatible/, 'ERR_VOCABULARY_MISMATCH'],
  [/couldn't bind|address already in use/i, 'ERR_ENGINE_LOST'],
  [/Failed to connect to \S+/, 'ERR_ENGINE_LOST'],
  [/unknown model architecture/, 'ERR_MODEL_UNSUPPORTED'],
  [/insufficient memory|out of memory|bad_alloc|Cannot allocate memory/i, 'ERR_BUDGET_EXCEEDED'],
  [/failed to allocate|failed to fit|unable to allocate/i, 'ERR_BUDGET_EXCEEDED'],
  [/No such file or directory|Permission denied/, 'ERR_FILE_NOT_FOUND'],
  [/invalid magic|corrupted or incomplete|Failed to load CLIP model/, 'ERR_MODEL_FORMAT'],
  [/key not found in model|wrong number of tensors|missing tensor|failed to read/, 'ERR_MODEL_FORMAT'],
  [/invalid argument|error while handling argument|expected value for argument/, 'ERR_OPTION_INVALID'],
]

/** The error that says, in the server's own words, why it does not run. */
export function serverFailure(program: string, death: ServerDeath, log: ServerLog): SpeculationError {
  const { exitCode, signal, spawnError } = death
  const details = { program, exitCode, signal, log: log.lines.slice(-20) }
  if (spawnError !== undefined) {
    const code = spawnError.code === 'ENOENT' || spawnError.code === 'EACCES' ? 'ERR_FILE_NOT_FOUND' : 'ERR_ENGINE_LOST'
    const message = `${program} cannot be started (${spawnError.code ?? spawnError.message}); give the path of llama-server, or put it into PATH`
    return new SpeculationError(code, message, { details, cause: spawnError })
  }
  for (const [pattern, code] of knownFailures) {
    const line = log.complaints.find((one) => pattern.test(one))
    if (line !== undefined) return new SpeculationError(code, `${program} ${endOf(death)}: ${line}`, { details })
  }
  const words = log.complaints[0] ?? withoutStamp(log.lines.at(-1) ?? 'it said nothing')
  return new SpeculationError('ERR_ENGINE_LOST', `${program} ${endOf(death)}: ${words}`, { details })
}

/** Whether another start may go better: a port may be free again, a machine may be back. */
export function mayPass(error: SpeculationError): boolean {
  return error.code === 'ERR_ENGINE_LOST' || error.code === 'ERR_BUDGET_EXCEEDED'
}

/** How a process ended, in a sentence's part. */
export function endOf({ exitCode, signal }: ServerDeath): string {
  if (signal === 'SIGKILL') return 'was killed (the system does that where memory is short)'
  return signal === null ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${signal}`
}
