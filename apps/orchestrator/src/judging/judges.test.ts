import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type HttpFault, httpModel } from '../../test/http-model.js'
import { at, judgingFolder } from '../../test/judging-folder.js'

const { path, call, judgeRun, show } = judgingFolder()
const verdict = (score: number) => () => `{"reason": "so it is", "score": ${score}}`

describe('judge run with judges', () => {
  it('has judges score what has a rubric, sends them their key, and keeps it nowhere', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    await using referee = await httpModel({ answer: verdict(2), faults: ['busy', 'nonsense'] })
    const judge = `referee@${referee.baseUrl}#REFEREE_KEY`
    const missing = await call(judgeRun('letters.yaml', server, '--judge', judge))
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining('set REFEREE_KEY')])

    const env = { REFEREE_KEY: 'top-secret' }
    const { exitCode, run, ...said } = await call(judgeRun('letters.yaml', server, '--judge', judge), { env })
    expect([exitCode, said.stderr]).toEqual([0, ''])
    expect(run).toMatchObject({ scored: 3, meanScore: 7 / 3 })
    expect((await show(run.runId)).rows[1]).toMatchObject({ score: 2, judges: ['referee'] })
    expect(referee.requests[0]?.authorization).toBe('Bearer top-secret')
    const files = (await readdir(path(), { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))
    expect(files.length).toBeGreaterThan(5)
    expect([...texts, said.stdout].filter((text) => text.includes('top-secret'))).toEqual([])
  })

  it('leaves unjudged what a judge fails on, and judges only that later', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    const failing: readonly HttpFault[] = ['refused']
    await using referee = await httpModel({ answer: verdict(3), faults: failing })
    const run = judgeRun('letters.yaml', server, '--judge', at(referee, 'referee'))
    const first = await call(run)
    expect(first.exitCode).toBe(6)
    expect(first.stderr).toContain('1 of 2 answers are not judged: ')
    expect(first.run).toMatchObject({ answers: 3, scored: 2 })
    const second = await call(run)
    expect([second.exitCode, second.stderr]).toEqual([0, ''])
    expect(second.run).toMatchObject({ scored: 3, meanScore: 3 })
    expect([server.requests.length, referee.requests.length]).toEqual([3, 3])
  })

  it('judges in this process and as a jury, within a budget', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.' })
    await using referee = await httpModel({ answer: verdict(3) })
    await writeFile(path('judge.gguf'), 'weights')
    const jury = ['--judge', path('judge.gguf'), '--judge', at(referee, 'referee')]
    const { run } = await call(judgeRun('letters.yaml', server, ...jury))
    expect((await show(run.runId)).rows[1]).toMatchObject({
      // The lower median of 2 and 3.
      score: 2,
      reason: 'judge: in this process; referee: so it is',
    })
    const poor = await call(judgeRun('letters.yaml', server, '--judge', at(referee, 'other'), '--judge-budget', '9'))
    expect(poor.exitCode).toBe(4)
    expect(poor.stderr).toContain("2 of 2 answers are not judged: the judges' budget")
  })

  it('refuses a judge that is the judged model, and options without a judge', async () => {
    await using server = await httpModel({ answer: verdict(1) })
    const own = await call(judgeRun('letters.yaml', server, '--judge', at(server)))
    expect(own.exitCode).toBe(2)
    expect(own.stderr).toContain('add --self-judge')
    expect(server.requests).toEqual([])
    const allowed = await call(judgeRun('letters.yaml', server, '--judge', at(server), '--self-judge'))
    expect(allowed.exitCode).toBe(0)
    for (const option of [['--judge-budget', '5'], ['--self-judge']]) {
      const idle = await call(judgeRun('letters.yaml', server, ...option))
      expect(idle.stderr).toContain(`${option[0]} is about judges; add one with --judge`)
    }
    for (const place of ['small@http://me:secret@host/v1', 'small@http://host/v1?key=1', 'small@http://host/v1#a-b']) {
      const refused = await call(['judge', 'run', '--suite', 'math', '--models', place])
      expect([refused.exitCode, refused.stderr.includes('secret')]).toEqual([2, false])
      expect(refused.stderr).toContain('must look like model@http://host:port/v1')
    }
  })

  it('compares two runs in both orders, and keeps the verdicts', async () => {
    await using one = await httpModel({ answer: () => 'It is 2.' })
    await using other = await httpModel({
      answer: (question) => (question.includes('Rhyme') ? 'It is 2.' : 'It is 5.'),
    })
    const runs: string[] = []
    for (const server of [one, other]) runs.push((await call(judgeRun('letters.yaml', server))).run.runId)
    const prefers = (text: string) => (text.indexOf('is 2') < text.indexOf('is 5') ? 'A' : 'B')
    await using referee = await httpModel({ answer: (text) => `{"reason": "", "winner": "${prefers(text)}"}` })
    const compare = ['judge', 'compare', ...runs, '--judge', at(referee, 'referee')]
    const { exitCode, result } = await call(compare)
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({ pairs: 3, first: 2, second: 0, ties: 1, same: 1, missing: 0 })
    expect(result['judges']).toEqual([{ judge: 'referee', pairs: 2, positionConsistency: 1, positionBias: 0 }])
    await call(compare)
    expect(referee.requests).toHaveLength(4)
    const without = await call(['judge', 'compare', ...runs])
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('add --judge')])
  })
})
