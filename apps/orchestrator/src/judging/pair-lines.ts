import type { PairReport } from '@foretoken/judge'

/** What comparing two runs came to. */
export function pairReportText(report: PairReport, failed: number): string {
  const { pairs, first, second, ties, same, lead, pValue, judges, agreement, checkers } = report
  const percent = (rate: number): string => `${Math.round(100 * rate)} %`
  return [
    `${pairs} pairs: the second run wins ${second}, the first ${first}, ${ties} ties (${same} with the same answer)`,
    ...(lead === undefined
      ? []
      : [
          `lead of the second ${percent(lead.value)} (95 %: ${percent(lead.low)} to ${percent(lead.high)}), sign test p = ${pValue.toFixed(3)}`,
        ]),
    ...judges.map(
      (judge) =>
        `${judge.judge}: both orders agree in ${percent(judge.positionConsistency)} of ${judge.pairs}, bias to the place shown first ${percent(judge.positionBias)}`,
    ),
    ...(agreement === undefined ? [] : [`agreement of the judges: alpha ${agreement.toFixed(2)}`]),
    ...(checkers === undefined
      ? []
      : [`agreement with checkers on ${checkers.pairs} pairs: kappa ${checkers.kappa.toFixed(2)}`]),
    ...(failed === 0 ? [] : [`${failed} pairs are not judged; the same command asks for them again`]),
  ].join('\n')
}
