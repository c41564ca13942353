import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type ChatRequest, type HttpFault, httpModel } from '../../test/http-model.js'
import { at, hastyClock, judgingFolder, suitePrompt, suiteText } from '../../test/judging-folder.js'

const { path, call, judgeRun, show } = judgingFolder()
const rowsOf = async (runId: string) =>
  (await show(runId)).rows.map(({ promptId, score, answer, truncated }) => [promptId, score, answer?.text, truncated])

describe('judge run on a model behind HTTP', () => {
  it('gets through 429, 500, cut streams, bad JSON and a slow end, and keeps what was written by then', async () => {
    const faults: readonly HttpFault[] = ['busy', 'broken', 'cut', 'nonsense', 'stalled']
    await using server = await httpModel({ answer: () => 'It is 2.', faults })
    const clock = hastyClock(server.stalled)
    const { exitCode, run, stderr } = await call(judgeRun('sums.yaml', server), { clock })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(server.requests).toHaveLength(7)
    const { runId } = run
    expect(await rowsOf(runId)).toEqual([
      ['a', 1, 'It is', true],
      ['b', 3, 'It is 2.', false],
      ['c', 3, 'It is 2.', false],
    ])
    const backoffs = clock.waits.filter((wait) => wait < 60_000)
    expect(backoffs).toHaveLength(4)
    expect(backoffs[0]).toBe(3_000)
    expect((await show(runId)).record).toMatchObject({
      model: { path: `${server.baseUrl}/small` },
      engine: { name: 'openai over HTTP', settings: { n_params: 7 } },
    })
  })

  it('sends tools and images, and finds out a server that drops images', async () => {
    // The smallest PNG there is, and the same with another colour.
    const png = (grey: string) =>
      Buffer.from(`iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGN${grey}`, 'base64')
    await writeFile(path('right.png'), png('gAAAAAgABSK+kcQAAAABJRU5ErkJggg=='))
    await writeFile(path('wrong.png'), png('4DwABAgEAm8/6wQAAAABJRU5ErkJggg=='))
    const seen = `  - id: seen
    tier: T1
    messages: [{ role: user, content: 'Which colour?' }]
    images: [{ file: right.png, wrong: wrong.png, alt: 'a dot' }]
    reference: 'as it is'
    checker: { kind: regex, all: [Black] }
    answers: { right: 'Black', wrong: 'White' }
`
    const tools = `tools: [{ name: ring, description: rings, parameters: { type: object, properties: { times: { type: integer } } } }]`
    const called = suitePrompt(
      'called',
      'Ring twice.',
      `${tools}\n    checker: { kind: toolCalls, tools: [{ name: ring, description: rings, parameters: { type: object, properties: { times: { type: integer } }, required: [times] } }], calls: [{ ring: { times: [2] } }] }`,
    )
    await writeFile(path('seen.yaml'), `${suiteText('seen', called)}\n${seen}`)

    const imageOf = ({ body }: ChatRequest): string =>
      /data:image\/png;base64,[^"]+/.exec(JSON.stringify(body.messages))?.[0] ?? ''
    const colour = (request: ChatRequest): string => {
      const image = imageOf(request)
      return image === '' ? 'I see none.' : image.includes('gAAAAAg') ? 'Black.' : 'White.'
    }
    const answerOf = (sees: boolean) => (question: string, request: ChatRequest) =>
      question.includes('Ring') ? { name: 'ring', arguments: '{"times": 2}' } : sees ? colour(request) : 'Black.'
    await using honest = await httpModel({
      answer: answerOf(true),
      promptTokens: (request) => (imageOf(request) === '' ? 9 : 25),
    })
    const good = (await call(judgeRun('seen.yaml', honest))).run
    expect((await show(good.runId)).rows).toMatchObject([
      { promptId: 'called', passed: true, answer: { toolCalls: [{ name: 'ring' }] } },
      { promptId: 'seen', passed: true },
    ])
    expect(honest.requests[0]?.body.tools).toMatchObject([{ type: 'function', function: { name: 'ring' } }])
    await using blind = await httpModel({ answer: answerOf(false) })
    const bad = (await call(judgeRun('seen.yaml', blind))).run
    const [, row] = (await show(bad.runId)).rows
    expect(row).toMatchObject({
      promptId: 'seen',
      reason: expect.stringContaining('invalid: the prompt has 9 tokens with the image'),
    })
    expect(row?.score).toBeUndefined()
  })

  it('asks suites that others wrote', async () => {
    await writeFile(
      path('two.jsonl'),
      ['2', '3'].map((sum) => `{"question": "${sum}?", "answer": "so\\n#### ${sum}"}\n`).join(''),
    )
    await writeFile(path('chat.jsonl'), '{"question_id": 1, "turns": ["Say hello.", "Again."]}\n')
    await using server = await httpModel({ answer: () => 'It is 2.' })
    const asked = (suite: string) => call(['judge', 'run', '--suite', suite, '--models', at(server)])
    const { exitCode, run } = await asked(`gsm8k:${path('two.jsonl')}`)
    expect(exitCode).toBe(0)
    expect(run).toMatchObject({ suite: 'gsm8k_two', answers: 2, passed: 1 })
    const chat = await asked(`mt-bench:${path('chat.jsonl')}`)
    expect(chat.stderr).toContain('1 of 1 prompts have further turns, which are not asked\n')
    expect(chat.run).toMatchObject({ suite: 'mt_bench_chat', scored: 0 })
  })

  it('tells a server that is lost, and asks only what is missing once it is back', async () => {
    await using server = await httpModel({ answer: () => 'It is 2.', faults: [undefined, 'refused'] as never })
    const lost = await call(judgeRun('sums.yaml', server))
    expect(lost.exitCode).toBe(6)
    expect(lost.stderr).toContain('failed: small answered with HTTP status 401: no such key\n')
    const again = await call(judgeRun('sums.yaml', server))
    expect(again.exitCode).toBe(0)
    expect(again.run).toMatchObject({ answers: 3, passed: 3 })
    // One answer, one refusal, and the two that were missing.
    expect(server.requests).toHaveLength(4)
    await server[Symbol.asyncDispose]()
    const gone = await call(judgeRun('sums.yaml', server))
    expect(gone.exitCode).toBe(6)
    expect(gone.stderr).toMatch(/small at http:.* cannot be asked: .*ECONNREFUSED/)
  })
})
