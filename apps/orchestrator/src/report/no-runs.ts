import { SpeculationError } from '@foretoken/contract'

/** A folder of results that has none: most likely another one was meant. */
export function noRuns(out: string): SpeculationError {
  return new SpeculationError('ERR_FILE_NOT_FOUND', `${out} has no runs; name the folder of the results with --out`, {
    details: { path: out },
  })
}
