import { refusals } from '@foretoken/registry'
import { expect, test } from 'vitest'
import { callRun } from '../../test/call-run.js'

test.each([
  ['medusa', '"medusa" is refused: it needs extra heads', 'use --drafter auto (ERR_OPTION_INVALID)'],
  ['CLaSp', '"CLaSp" is refused: a model without some of its layers', '0.446 %'],
  ['lookup+eagle', '"eagle" is refused', 'EAGLE-3 head under llama-server'],
])('run --drafter %s says why not, and what to do', async (drafter, reason, cure) => {
  const { exitCode, stderr, model } = await callRun(['-p', 'x', '--drafter', drafter])
  expect([exitCode, model.prompts]).toEqual([2, []])
  expect(stderr).toContain(reason)
  expect(stderr).toContain(cure)
})

test.each(refusals())('$name and its other names end with 2, the reason and the cure', async (refusal) => {
  const { name, aliases, reason, instead } = refusal
  for (const drafter of [name, ...aliases]) {
    const { exitCode, stderr } = await callRun(['-p', 'x', '--drafter', drafter])
    expect([exitCode, stderr]).toEqual([
      2,
      `foretoken: "${drafter}" is refused: ${reason}; ${instead} (ERR_OPTION_INVALID)\n`,
    ])
  }
})

test('--json says it too', async () => {
  const { exitCode, stdout } = await callRun(['-p', 'x', '--json', '--drafter', 'medusa'])
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    2,
    { error: { code: 'ERR_OPTION_INVALID', message: expect.stringContaining('refused'), cure: 'use --drafter auto' } },
  ])
})

test('a name that nobody has heard of is only unknown', async () => {
  expect((await callRun(['-p', 'x', '--drafter', 'lokup'])).stderr).toContain('there is no drafter "lokup"')
})
