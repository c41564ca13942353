import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.js'
import type { ReplayReport } from './replay.js'
import { addReplayCommand } from './replay-command.js'
import { replayText } from './replay-table.js'
import { runReplay } from './run-replay.js'

const folder = temporaryFolder()
const traces = join(folder, 'traces')
mkdirSync(traces)
for (const [index, file] of ['copy', 'talk'].entries()) {
  const lines = [0, 1, 2, 3].map((id) => {
    const tokens = (length: number): number[] => Array.from({ length }, (_, at) => (at * (at + id) + index) % 5)
    return JSON.stringify({ id: `${file}-${id}`, session: null, prompt: tokens(30), output: tokens(40) })
  })
  writeFileSync(join(traces, `${file}.jsonl.gz`), gzipSync(lines.join('\n')))
}
const curve = join(folder, 'curve.json')
writeFileSync(curve, '[{ "width": 1, "seconds": 0.02 }, { "width": 5, "seconds": 0.024 }]')

/** Runs the command line; the folder is the test's. */
async function replayed(args: readonly string[]): Promise<{ report: ReplayReport; topics: readonly string[] }> {
  const topics = new Set<string>()
  let report: ReplayReport | undefined
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  addReplayCommand(program, async (options) => {
    report = await runReplay(options, (topic) => topics.add(topic), new AbortController().signal)
  })
  await program.parseAsync(['replay', '--traces', traces, ...args], { from: 'user' })
  if (report === undefined) throw new Error('the command did nothing')
  return { report, topics: [...topics] }
}

/** Everything but what was timed or weighed. */
function counts({ files }: ReplayReport): unknown {
  return files.map(({ file, drafter, policy, steps, draftedTokens, acceptedTokens }) => [
    [file, drafter, policy],
    [steps, draftedTokens, acceptedTokens],
  ])
}

describe('replay', () => {
  it('tells for each file and drafter what it would have brought and took', async () => {
    const { report, topics } = await replayed(['--drafter', 'lookup'])
    const number = expect.any(Number)

    expect(report.files).toHaveLength(2)
    for (const result of report.files)
      expect(result).toEqual({
        file: expect.stringMatching(/^(copy|talk)$/),
        drafter: 'lookup',
        policy: 'windowed',
        steps: number,
        outputTokens: 160,
        draftedTokens: number,
        acceptedTokens: 160 - result.steps,
        tokensPerStep: 160 / result.steps,
        speedup: Object.fromEntries(
          [0.03, 0.1, 0.3].map((beta) => [
            String(beta),
            expect.closeTo(160 / (result.steps + beta * result.draftedTokens), 9),
          ]),
        ),
        updateNsPerToken: number,
        ingestNsPerPromptToken: number,
        draftNsPerCall: { p50: number, p99: number },
        totalNsPerOutputToken: number,
        bytesPerToken: number,
        byTurn: [
          {
            turn: '1',
            steps: result.steps,
            outputTokens: 160,
            draftedTokens: result.draftedTokens,
            acceptedTokens: result.acceptedTokens,
          },
        ],
      })
    const [one, two] = report.files.map(({ speedup }) => speedup['0.1'] ?? 0) as [number, number]
    expect(report.pooled).toMatchObject([{ files: 2, outputTokens: 320 }])
    expect(report.pooled[0]?.speedup['0.1']).toBeCloseTo(Math.sqrt(one * two), 9)
    expect(topics).toEqual(['replaying lookup (windowed)'])
  })

  it('plays policies that read costs once for each cost', async () => {
    const { report } = await replayed(['--drafter', 'oracle', '--policy', 'beta,fixed:3', '--beta', '0.1,2'])

    expect(report.pooled.map(({ policy }) => policy)).toEqual(['beta:0.1', 'beta:2', 'fixed:3'])
    // The oracle is certain: at 0.1 all of 64 tokens pay, at 2 none does.
    expect(report.pooled.map(({ steps }) => steps)).toEqual([8, 320, 80])
    expect(report.pooled[1]?.speedup).toEqual({ '0.1': 1, '2': 1 })
  })

  it('measures against a cost curve', async () => {
    const { report } = await replayed(['--drafter', 'oracle', '--policy', 'fixed:4', '--cost-curve', curve])

    // 64 steps of width 5 at 0.024 s against 320 plain ones at 0.02 s.
    expect(report.pooled[0]?.steps).toBe(64)
    expect(report.pooled[0]?.speedup['curve']).toBeCloseTo((320 * 0.02) / (64 * 0.024), 9)
  })

  it('drafts the same whatever is interleaved or kept, with drafters that do not learn', async () => {
    const args = ['--drafter', 'lookup,hf-lookup', '--policy', 'fixed:4']
    const { report } = await replayed(args)

    expect(counts((await replayed([...args, '--concurrency', '3'])).report)).toEqual(counts(report))
    expect(counts((await replayed([...args, '--warm'])).report)).toEqual(counts(report))
  })

  it('plays only the files and tokens asked for, and writes the report', async () => {
    const out = join(folder, 'out.json')
    const { report } = await replayed(['--files', 'talk', '--first', '50', '--drafter', 'none', '--out', out])

    expect(report.files).toMatchObject([
      { file: 'talk', outputTokens: 50, steps: 50, tokensPerStep: 1, draftedTokens: 0 },
    ])
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(report)
  })

  it('prints a table over all files and one for each cost', async () => {
    const { report } = await replayed(['--drafter', 'none', 'lookup', '--drafter', 'hf-lookup,oracle', '--beta', '0.1'])
    const text = replayText(report)

    expect(text).toMatch(/drafter .* steps .* S\(0\.1\)/)
    expect(text).toMatch(/none +│ +fixed:1 │ +320 │ +1\.000 │ +0 │ +– │ +1\.000 /)
    expect(text).toMatch(/│ copy +(│ +\d+\.\d{3} ){4}│\n│ talk /)
    expect(text).toMatch(/│ geometric mean +│ +1\.000 /)
  })

  it.each<[readonly string[], string]>([
    [['--drafter', 'lookup,suffix-9'], '--drafter takes none, lookup, suffix, hf-lookup'],
    [['--policy', 'fixed'], '--policy takes fixed:K, windowed, beta, goodput; got "fixed"'],
    [['--policy', 'fixed:0'], 'tokens must be an integer from 1 to 256, got 0'],
    [['--beta', '0.1,x'], '--beta takes numbers from 0 to 10, separated by commas; got "x"'],
    [['--concurrency', '0'], '--concurrency must be an integer from 1 to 1024, got "0"'],
    [['--files', 'sql'], '--files takes copy, talk; got sql'],
    [['--out', join(folder, 'none', 'out.json'), '--drafter', 'none'], 'cannot be written'],
    [['--beta', '0.1', '--cost-curve', curve], 'cannot be used with'],
  ])('refuses %j', async (args, message) => {
    await expect(replayed(args)).rejects.toThrow(message)
  })
})
