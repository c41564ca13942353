import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { ChildArgument, ChildTools } from './child.js'
import { hardenNode } from './harden-node.js'

/**
 * Starts a Node.js process that may read the named paths and nothing else: no writing, no processes, no workers, no
 * addons (Node's permission model), no `eval`, no environment, and a small heap. Its program goes as text, so it is the
 * same from sources and from a bundle.
 */
export function startChild(
  main: (tools: ChildTools) => Promise<void>,
  argument: ChildArgument,
  readable: readonly string[],
): ChildProcess {
  const source = [
    `const hardenNode = ${hardenNode.toString()}`,
    `const main = ${main.toString()}`,
    `const readInput = ${readInput.toString()}`,
    `await main({ load: (url) => import(url), readInput, hardenNode, argument: ${JSON.stringify(argument)} })`,
  ].join('\n')
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const flags = [
    permission,
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disable-warning=ExperimentalWarning',
    '--disallow-code-generation-from-strings',
    '--max-old-space-size=256',
    // In KiB; the main thread has 8 MiB on Linux and macOS.
    '--stack-size=3900',
    '--input-type=module',
  ]
  return spawn(process.execPath, [...flags, '--eval', source], {
    env: {},
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // A group of its own, which can be ended as a whole.
    detached: true,
  })
}

/** Reads the standard input of a child, in which it runs. */
async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Ends a child and whatever it may have started. */
export function endChild(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
