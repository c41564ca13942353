import { coloursOf } from '../colours.js'
import type { Host } from '../host.js'
import { listenForInterruption } from '../interruption.js'
import { progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import type { DoctorOptions } from './doctor-options.js'
import { doctorText } from './doctor-text.js'
import { type DoctorPorts, examine } from './examine.js'
import { printableValues } from './printable-values.js'

/**
 * Does what `foretoken doctor` does and returns its exit code; failures are thrown. The text, or with `json` the object,
 * goes to the host's stdout, progress to its stderr. What was found before Ctrl-C is printed all the same.
 */
export async function doctor(options: DoctorOptions, host: Host, ports: DoctorPorts = {}): Promise<number> {
  const { json = false } = options
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const work = async (): Promise<number> => {
    const { signal } = interruption
    const result = await examine(options, { ports, progress, signal })
    progress.clear()
    if (interruption.readerGone) return 0
    host.stdout.write(
      json
        ? `${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n`
        : doctorText(printableValues(result), coloursOf(host.stdout, host.env, options.color)),
    )
    return interruption.exitCode
  }
  return await untilInterrupted({ host, interruption, progress, json, command: 'doctor' }, work)
}
