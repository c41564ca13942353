import { errorTable, SpeculationError } from '@foretoken/contract'
import { type JudgedPair, judgePairs, type PairEvent, pairCount, pairReport, resultsStore } from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { listenForInterruption } from '../interruption.js'
import { findRun } from '../judge/find-run.js'
import type { ModelPorts } from '../load-model.js'
import { progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import type { JudgeCompareOptions } from './judging-options.js'
import { openJury } from './open-jury.js'
import { pairReportText } from './pair-lines.js'

/** Runs `foretoken judge compare` and returns its exit code: that of the first failure, or 0. */
export async function judgeCompare(
  options: JudgeCompareOptions & { readonly version: string },
  host: Host,
  ports: ModelPorts = {},
): Promise<number> {
  const { json = false, out, judge = [], version, runs } = options
  if (judge.length === 0) throw new SpeculationError('ERR_OPTION_INVALID', 'judge compare needs a judge: add --judge')
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const { signal } = interruption
  return await untilInterrupted({ host, interruption, progress, json, command: 'judge compare' }, async () => {
    const store = resultsStore(out)
    const [first, second] = await Promise.all([
      store.read(await findRun(store, runs[0])),
      store.read(await findRun(store, runs[1])),
    ])
    const asked = { first, second, suite: await store.readSuite(first.record), signal }
    const total = pairCount(asked)
    const judged = [first.record.model, second.record.model]
    await using opened = await openJury({ ...options, judge }, { host, progress, ports, signal, version, judged })
    const pairs: JudgedPair[] = []
    const failed: Extract<PairEvent, { kind: 'failed' }>[] = []
    for await (const event of judgePairs({ ...asked, jury: opened.jury })) {
      if (event.kind === 'compared') pairs.push(event.pair)
      else failed.push(event)
      progress.show(`${pairs.length + failed.length} of ${total} pairs`)
    }
    progress.clear()
    const report = pairReport(pairs)
    const missing = total - pairs.length
    if (json) {
      const failures = failed.map(({ error, ...pair }) => ({ ...pair, code: error.code, message: error.message }))
      host.stdout.write(
        `${JSON.stringify({ runs: [first.record.runId, second.record.runId], ...report, verdicts: pairs, missing, failed: failures })}\n`,
      )
    } else host.stdout.write(`${printable(pairReportText(report, missing))}\n`)
    const [error] = failed.map((event) => event.error)
    if (error === undefined) return 0
    host.stderr.write(`${printable(error.message)}\n`)
    return errorTable[error.code].exitCode
  })
}
