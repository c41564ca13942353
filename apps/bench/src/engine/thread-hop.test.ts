import { fixtureModels } from '@foretoken/fixtures'
import { bindingStatus } from '@foretoken/native'
import { expect, it } from 'vitest'
import { threadHopClock } from './thread-hop.js'

it.runIf(bindingStatus().available)('a bare hop takes no decode, and longer than nothing', async () => {
  await using clock = await threadHopClock(fixtureModels.draft.q8_0)
  const { idleUs, coldUs } = await clock.measure(1)
  for (const us of [idleUs, coldUs]) expect(us).toBeGreaterThan(0)
})
