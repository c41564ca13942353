import { isDeepStrictEqual } from 'node:util'
import { SpeculationError } from '@foretoken/contract'
import type { StoredRun } from '../store/results-store.js'

/** Throws `ERR_OPTION_INVALID` where other judges scored a prompt in one run than in the other. */
export function assertSameJudges(one: StoredRun, other: StoredRun): void {
  const others = new Map(judgedRows(other).map(({ promptId, judges }) => [promptId, judges]))
  for (const { promptId, judges } of judgedRows(one)) {
    const known = others.get(promptId)
    if (known === undefined || isDeepStrictEqual(judges, known)) continue
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `scores cannot be compared: ${promptId} was judged by ${judges.join(', ')} in one run and by ${known.join(', ')} in the other; have both judged by the same`,
    )
  }
}

function judgedRows({ rows }: StoredRun): readonly { readonly promptId: string; readonly judges: readonly string[] }[] {
  return rows.flatMap(({ promptId, judges }) => (judges === undefined ? [] : [{ promptId, judges }]))
}
