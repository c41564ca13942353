import { SpeculationError } from '@foretoken/contract'
import type { Host } from './host.js'
import type { RunOptions } from './run-options.js'

/** Throws `ERR_OPTION_INVALID` for options that contradict each other or the way the command is called. */
export function checkOptions(options: RunOptions, host: Pick<Host, 'stdin'>): void {
  const { prompt, file, raw, system, compare, drafter, trace, json, repetitions } = options
  const chats = prompt === undefined && file === undefined && host.stdin.isTTY === true
  refuse(prompt !== undefined && file !== undefined, '-p and -f both name a prompt; give one of them')
  refuse(raw === true && system !== undefined, '--system needs the chat template; leave --raw out')
  refuse(compare === true && drafter === 'none', '--compare needs a drafter; leave --drafter none out')
  refuse(compare === true && trace !== undefined, '--trace records one run; leave --compare out')
  refuse(compare !== true && repetitions !== undefined, '--repetitions counts the runs of --compare; add that')
  refuse(
    options.grammar !== undefined && options.jsonSchema !== undefined,
    '--grammar and --json-schema both shape the text; give one of them',
  )
  for (const [option, given] of Object.entries({
    '--raw': raw,
    '--json': json,
    '--compare': compare,
    '--trace': trace,
  }))
    refuse(chats && given !== undefined && given !== false, `${option} needs a prompt; give one with -p, -f or a pipe`)
}

function refuse(wrong: boolean, message: string): void {
  if (wrong) throw new SpeculationError('ERR_OPTION_INVALID', message)
}
