export interface TestCount {
  readonly passed: number
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}
export function countTests(report: unknown, exitCode: number): TestCount
export function unexcusedSkips(names: readonly string[], skips: string): string[]
