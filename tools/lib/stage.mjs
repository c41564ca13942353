import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs one command and says on stderr how long it took; what it printed is shown only when it fails. */
export async function runStage(title, command, args) {
  const start = performance.now()
  process.stderr.write(`${title.padEnd(44, '.')} `)
  const { exitCode, output } = await runCommand(command, args, { capture: true })
  const seconds = `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`
  process.stderr.write(exitCode === 0 ? `${seconds}\n` : `${seconds}  FAILED\n${output.trimEnd()}\n\n`)
  return exitCode === 0
}

/** Runs a command in the repository's root, without stdin. An interrupt of this process ends it and all it started. */
export function runCommand(command, args, { capture = false, cwd = root, onOutput = () => {} } = {}) {
  // A group of its own on POSIX, because npx and turbo do not pass every signal on to their children.
  const ownGroup = process.platform !== 'win32'
  const child = spawn(command, args, {
    cwd,
    detached: ownGroup,
    // `npm run -s` hands its silence on, and pnpm would say nothing when it fails.
    env: { ...process.env, npm_config_loglevel: undefined, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    // `npx` is a batch file on Windows, which only a shell runs.
    shell: !ownGroup && command === 'npx',
    stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
  })
  const chunks = []
  child.stdout?.on('data', (chunk) => {
    chunks.push(chunk)
    onOutput(chunk.toString('utf8'))
  })
  child.stderr?.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve) => {
    const stop = (signal) => {
      if (ownGroup) process.kill(-child.pid, signal)
      else child.kill(signal)
      process.stderr.write('\n')
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    const finish = (exitCode, note = '') => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') + note })
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
    child.once('error', (error) => finish(1, `${command} could not be started: ${error.message}`))
    child.once('close', (code) => finish(code ?? 1))
  })
}
