/** Subjects that are not `type(scope): what changes`; the scope is the folder. What git writes itself is let through. */
export function subjectFaults(subjects: readonly string[]): string[] {
  const good = /^(feat|fix|perf|refactor|test|docs|build|ci|chore)\([a-z0-9.-]+\)!?: \S/
  return subjects.filter((subject) => !good.test(subject) && !/^(Merge|Revert|fixup!|squash!) /.test(subject))
}
