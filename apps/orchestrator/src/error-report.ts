import { inspect } from 'node:util'
import { type ErrorCode, errorTable, SpeculationError } from '@foretoken/contract'
import { CommanderError } from 'commander'
import type { Host } from './host.js'

/** An error as it is shown: what went wrong, and what to do about it. */
export interface ErrorReport {
  readonly code: ErrorCode | 'UNEXPECTED'
  readonly message: string
  readonly cure: string
  readonly exitCode: number
}

/** How an error is printed. */
export interface PrintErrorOptions {
  /**
   * Prints it on stdout, too.
   * @defaultValue false
   */
  readonly json?: boolean
  /**
   * The command whose help is named where an option is wrong.
   * @defaultValue 'run'
   */
  readonly command?: string
}

/** Reports `error` in one sentence on stderr, with `json` also as `{ "error": … }` on stdout, and returns the exit code. */
export function printError(error: unknown, host: Host, options: PrintErrorOptions = {}): number {
  const { json = false, command = 'run' } = options
  const { exitCode, ...shown } = errorReport(error, command)
  host.stderr.write(`${errorSentence(shown)}\n`)
  if (host.env.FORETOKEN_DEBUG === '1') host.stderr.write(`${inspect(error)}\n`)
  if (json) host.stdout.write(`${JSON.stringify({ error: shown })}\n`)
  return exitCode
}

/** One line: who speaks, the cause, the cure, the code. */
function errorSentence({ code, message, cure }: Omit<ErrorReport, 'exitCode'>): string {
  if (code === 'ERR_ABORTED') return 'foretoken: interrupted before there was anything to show'
  return `foretoken: ${message}; ${cure} (${code})`
}

/** Says what an error means to a person. */
export function errorReport(error: unknown, command = 'run'): ErrorReport {
  if (error instanceof CommanderError) return entryReport('ERR_OPTION_INVALID', usageMessage(error), command)
  if (SpeculationError.is(error)) return entryReport(error.code, oneLine(asTyped(error.message)), command)
  return {
    code: 'UNEXPECTED',
    message: `unexpected fault: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    cure: 'FORETOKEN_DEBUG=1 shows where it happened',
    exitCode: 70,
  }
}

/** Most messages end in a cure of their own, behind a semicolon: it is nearer to the matter than the table's. */
function entryReport(code: ErrorCode, text: string, command: string): ErrorReport {
  const { cure: general, exitCode } = errorTable[code]
  const [, message = text, cure] = /^(.+); ([^;]+)$/.exec(text) ?? []
  const usual = code === 'ERR_OPTION_INVALID' ? ['see foretoken', command, '--help'].filter(Boolean).join(' ') : general
  return { code, message, cure: cure === undefined || cure === general ? usual : cure, exitCode }
}

/** A package's message with the option as a person types it: some ranges only the model or the engine knows. */
function asTyped(message: string): string {
  let text = message
  for (const [name, option] of Object.entries(typedOptions)) text = text.replaceAll(name, option)
  return text
}

const typedOptions: Readonly<Record<string, string>> = {
  contextTokens: '--context',
  'sampling.temperature': '--temp',
  'sampling.seed': '--seed',
  'sampling.topK': '--top-k',
  'sampling.topP': '--top-p',
  'sampling.minP': '--min-p',
  'sampling.typicalP': '--typical-p',
  'sampling.topNSigma': '--top-n-sigma',
  'sampling.xtc.probability': '--xtc-probability',
  'sampling.xtc.threshold': '--xtc-threshold',
  'sampling.penalties.repeat': '--repeat-penalty',
  'sampling.penalties.presence': '--presence-penalty',
  'sampling.penalties.frequency': '--frequency-penalty',
  'sampling.penalties.lastTokens': '--penalty-tokens',
  'sampling.dry.multiplier': '--dry-multiplier',
  'sampling.dry.base': '--dry-base',
  'sampling.dry.allowedTokens': '--dry-allowed-tokens',
  'the session could not be opened: grammar must': '--grammar must',
  'grammar must': '--grammar must',
}

/** Commander writes `error: …`, then a suggestion in brackets on a line of its own. */
function usageMessage({ message }: CommanderError): string {
  return oneLine(message.replace(/^error: /, '')).replace('(Did you', '(did you')
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replace(/\.$/, '')
}
