import { SpeculationError } from '@foretoken/contract'

/** A program with its arguments and variables, as a `LaunchPlan` of `@foretoken/registry` has them. */
export interface ServerCommand {
  /** The program and its arguments, a wrapper such as `numactl` in front; a name without a slash is looked up in PATH. */
  readonly command: readonly string[]
  /**
   * Variables added to the process's environment.
   * @defaultValue {}
   */
  readonly environment?: Readonly<Record<string, string>>
}

// Where it listens is ours to choose: a plan's address is for a server that others reach.
const replaced = new Set(['--host', '--port'])
const refused = new Set(['--api-key', '--api-key-file', '--api-prefix', '--ssl-key-file', '--ssl-cert-file', '--path'])

/**
 * The arguments with the address replaced. Throws `ERR_OPTION_INVALID` for arguments that would lock its keeper out: the
 * server has a key of its own and is reached on the loopback interface only.
 */
export function addressedCommand(command: readonly string[], port: number): readonly [string, ...string[]] {
  const [program, ...args] = command
  if (program === undefined || program === '') {
    throw new SpeculationError('ERR_OPTION_INVALID', 'command must name a program, got none')
  }
  const kept: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (refused.has(arg)) {
      const message = `${arg} is not for a managed llama-server: it listens on the loopback interface with a key of its own`
      throw new SpeculationError('ERR_OPTION_INVALID', message, { details: { argument: arg } })
    }
    if (replaced.has(arg)) i++
    else kept.push(arg)
  }
  return [program, ...kept, '--host', '127.0.0.1', '--port', String(port)]
}

/** The name that messages have for it: llama-server's, not a wrapper's. */
export function programName(command: readonly string[]): string {
  const path = command.find((word) => /llama-server[^/\\]*$/.test(word)) ?? command[0] ?? ''
  return path.replace(/^.*[/\\]/, '')
}

/** Variables that say the same to every version of llama-server; one that does not know them ignores them. */
export function serverEnvironment(apiKey: string, own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // A failed assertion ends it at once, instead of after a debugger's run.
    GGML_NO_BACKTRACE: '1',
    LLAMA_ARG_UI: 'false',
    LLAMA_ARG_OFFLINE: '1',
    ...own,
    // In the environment, where other users do not see it in the list of processes.
    LLAMA_API_KEY: apiKey,
  }
}
