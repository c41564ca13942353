import { existsSync, readFileSync } from 'node:fs'
import { fixtureModels } from '@foretoken/fixtures'
import { loadBinding } from '@foretoken/native'
import { expect, it } from 'vitest'

const binding = loadBinding()
const switchFile = '/sys/kernel/mm/transparent_hugepage/enabled'
const areGiven = existsSync(switchFile) && !readFileSync(switchFile, 'utf8').includes('[never]')

/** Memory of this process that huge pages are behind, in KiB. */
function hugeKib(): number {
  if (!existsSync('/proc/self/smaps_rollup')) return 0
  return Number(/AnonHugePages:\s+(?<kib>\d+)/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.groups?.['kib'])
}

it.each([
  ['read weights have huge pages where the system gives them', { mapFile: false }, areGiven],
  ['a mapped file has none', { mapFile: true }, false],
])('%s', async (_, options, hasThem) => {
  const before = hugeKib()
  const model = await binding.loadModel(fixtureModels.base.f16, options)
  // The weights take six megabytes, so two pages of two fit in wherever they begin.
  expect(hugeKib() - before >= 4096).toBe(hasThem)
  await model.dispose()
})

it('read weights decode to the same tokens as mapped ones', async () => {
  const texts: number[][] = []
  for (const mapFile of [true, false]) {
    const model = await binding.loadModel(fixtureModels.base.q8_0, { mapFile })
    const context = await model.createContext({ contextTokens: 64, threads: 1 })
    const sequence = await context.open(Int32Array.of(1, 2, 3, 4))
    const text: number[] = []
    while (text.length < 30) text.push((await sequence.verify(new Int32Array())).next)
    texts.push(text)
    await model.dispose()
  }
  expect(texts[1]).toEqual(texts[0])
})
