import { expect, test } from 'vitest'
import { Backlog } from './backlog.js'

test('work waits until there is much of it or somebody wants it done, and is done in its order', async () => {
  const done: number[] = []
  const backlog = new Backlog()
  const piece = (number: number) => async () => {
    await Promise.resolve()
    done.push(number)
    if (number === 1) throw new Error('this one fails')
  }
  expect(backlog.add(piece(0), 4_000)).toBeUndefined()
  expect(backlog.add(piece(1), 4_000)).toBeUndefined()
  expect(backlog.isEmpty).toBe(false)
  expect(done).toEqual([])
  await backlog.add(piece(2), 192)
  expect(done).toEqual([0, 1, 2])
  expect(backlog.isEmpty).toBe(true)
  expect(backlog.add(piece(3), 1)).toBeUndefined()
  const first = backlog.finish()
  expect(backlog.add(piece(4), 1)).toBeUndefined()
  await Promise.all([backlog.finish(), first])
  expect(done).toEqual([0, 1, 2, 3, 4])
  await backlog.finish()
  expect(done).toHaveLength(5)
})
