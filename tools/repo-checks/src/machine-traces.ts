import type { Tree } from './tree.js'

/** What only one machine has: absolute paths of a user, and the registry that its packages came from. */
const traces: readonly RegExp[] = [
  /(?<![\w.:/}-])\/(?:home|root|Users|work)\/[\w.-]+/,
  /\b[A-Z]:\\Users\\/,
  /\bregistry\.[a-z]+\.(?:org|com|io)\b/,
  /\btarball: https?:/,
]

/** Lines that name a path or a registry host of somebody's machine. */
export function machineTraces(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        traces.some((trace) => trace.test(line)) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  )
}
