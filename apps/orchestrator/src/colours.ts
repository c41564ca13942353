import picocolors from 'picocolors'
import type { Environment, OutputStream } from './host.js'

/** Colours of one stream; plain strings where it shows none. */
export type Colours = ReturnType<typeof picocolors.createColors>

/** `--no-color` and NO_COLOR win over FORCE_COLOR, which wins over what the stream is. */
export function coloursOf(stream: OutputStream, env: Environment, wanted = true): Colours {
  return picocolors.createColors(wanted && !env.NO_COLOR && (forced(env) ?? isColourTerminal(stream, env)))
}

function forced(env: Environment): boolean | undefined {
  const value = env.FORCE_COLOR
  if (value === undefined || value === '') return undefined
  return value !== '0' && value !== 'false'
}

function isColourTerminal(stream: OutputStream, env: Environment): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb'
}
