import { type Colours, coloursOf } from './colours.js'
import { type Drafting, draftingOf } from './drafting.js'
import type { Host } from './host.js'
import { type Interruption, listenForInterruption } from './interruption.js'
import { type ProgressLine, progressLine } from './progress-line.js'
import type { RunOptions } from './run-options.js'

/** What every part of a run shares. Disposal gives the host its streams and signals back. */
export interface RunParts extends Disposable {
  readonly options: RunOptions
  readonly host: Host
  /** Absent for plain decoding. */
  readonly drafting: Drafting | undefined
  readonly interruption: Interruption
  readonly progress: ProgressLine
  /** Colours of stdout. */
  readonly textColours: Colours
  /** Colours of stderr. */
  readonly messageColours: Colours
}

/** Checks the options and takes hold of the host. */
export function runParts(options: RunOptions, host: Host): RunParts {
  const drafting = draftingOf(options)
  const interruption = listenForInterruption(host)
  const progress = progressLine(host.stderr)
  return {
    options,
    host,
    drafting,
    interruption,
    progress,
    textColours: coloursOf(host.stdout, host.env, options.color),
    messageColours: coloursOf(host.stderr, host.env, options.color),
    [Symbol.dispose]() {
      progress[Symbol.dispose]()
      interruption[Symbol.dispose]()
    },
  }
}
