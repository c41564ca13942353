import { expect, test } from 'vitest'
import { Places } from './places.js'

const { signal } = new AbortController()

test('who comes first is served first, and no more at once than there are places', async () => {
  const places = new Places(2)
  const order: number[] = []
  let taken = 0
  const visits = Array.from({ length: 20 }, async (_, index) => {
    using _place = await places.take(new AbortController().signal)
    order.push(index)
    taken++
    expect(taken).toBeLessThanOrEqual(2)
    await Promise.resolve()
    taken--
  })
  await Promise.all(visits)
  expect(order).toEqual([...order.keys()])
})

test('who leaves the queue takes no place, and one that is given back twice is one', async () => {
  const places = new Places(1)
  const first = await places.take(signal)
  const controller = new AbortController()
  const left = places.take(controller.signal)
  const next = places.take(signal)
  controller.abort()
  await expect(left).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  await expect(places.take(AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  const second = await next
  let isThird = false
  const third = places.take(signal).then((place) => {
    isThird = true
    return place
  })
  await Promise.resolve()
  expect(isThird).toBe(false)
  second[Symbol.dispose]()
  const last = await third
  expect(isThird).toBe(true)
  last[Symbol.dispose]()
})
