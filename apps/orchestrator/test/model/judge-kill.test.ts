import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../../dist/cli.js')
/** `npm run -s test:kill --prefix apps/orchestrator` tries more moments. */
const kills = Number(process.env['KILLS'] ?? 5)

describe('judge run, killed', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretoken-kill-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Two runs, plainly and with drafts that inherit; ends with what was wrong. */
  function start(out: string): { readonly child: ChildProcess; readonly ended: Promise<string> } {
    const varied = ['--k', '4', '--drafter', 'lookup']
    const files = ['--suite', 'fixture', '--models', fixtureModels.moe.q8_0, '--out', out]
    const args = [cli, 'judge', 'run', ...files, ...varied, '--threads', '1', '--json']
    // A process group of its own, so that a kill hits everything that the run has started.
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve(code === 0 ? '' : stderr))) }
  }

  /** Kills a run at a share of its answers and a little later; how many answers were there then, unless it was over. */
  async function killed(out: string, share: number, { answers, ms }: Whole): Promise<number | undefined> {
    const { child, ended } = start(out)
    const exited = ended.then(() => true)
    const due = Math.floor(share * answers)
    let isOver = false
    while (!isOver && (await answersIn(out)) < due) isOver = await Promise.race([exited, sleep(3, false)])
    // Before the first answer there is a third of the time, and between two answers not much.
    await sleep(Math.random() * (due === 0 ? ms / 3 : (2 * ms) / answers))
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await ended
    return child.signalCode === 'SIGKILL' ? answersIn(out) : undefined
  }

  it(`ends with one and the same store, killed at any of ${kills} moments`, async () => {
    const out = join(folder, 'whole')
    const started = performance.now()
    expect(await start(out).ended).toBe('')
    const whole = { answers: await answersIn(out), ms: performance.now() - started }
    expect(whole.answers).toBe(2 * 41)
    const expected = await storeOf(out)
    expect(expected['/index.jsonl']?.match(/"inherited":\d\d/g)).toHaveLength(1)

    const landed = new Set<number>()
    for (let kill = 0; kill < kills; kill++) {
      const stopped = join(folder, `killed-${kill}`)
      // Spread over the whole run by its answers, however fast the machine is at the moment.
      const count = await killed(stopped, (kill + Math.random()) / kills, whole)
      expect(await start(stopped).ended).toBe('')
      expect(await storeOf(stopped), `killed at ${count} of ${whole.answers} answers`).toEqual(expected)
      if (count !== undefined && count > 0 && count < whole.answers) landed.add(count)
      await rm(stopped, { recursive: true })
    }
    // Most kills came between the first answer and the last, each at another one.
    expect(landed.size).toBeGreaterThanOrEqual(Math.floor(kills / 2))
  }, 900_000)
})

interface Whole {
  readonly answers: number
  readonly ms: number
}

/** Answers on disk in all runs, whole or torn. */
async function answersIn(out: string): Promise<number> {
  const runs = await readdir(join(out, 'runs')).catch(() => [])
  let count = 0
  for (const run of runs) {
    const text = await readFile(join(out, 'runs', run, 'answers.jsonl'), 'utf8').catch(() => '')
    count += text.split('\n').length - 1
  }
  return count
}

/** Every file of a store by path, without times and what depends on them. */
async function storeOf(out: string): Promise<Readonly<Record<string, string>>> {
  const entries = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const read = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(out.length), timeless(await readFile(path, 'utf8'))]
  })
  return Object.fromEntries((await Promise.all(read)).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function timeless(text: string): string {
  return (
    text
      .replace(/"(startedAt|finishedAt)":\s*"[^"]*"/g, '"$1":""')
      .replace(/"(milliseconds|tokensPerSecond)":[\d.]+/g, '"$1":0')
      // A drafter that a busy machine holds up for too long is left out of the rest of an answer.
      .replace(/"generation":\{[^}]*\}/g, '"generation":{}')
      .replace(/"(tokensPerStep|acceptanceRate)":[\d.]+/g, '"$1":0')
      // The last column of summary.csv.
      .replace(/^(fore-moe.*),[\d.]+$/gm, '$1,')
  )
}
