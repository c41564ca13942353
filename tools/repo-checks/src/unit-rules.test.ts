import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'

test('a unit test that prints fails', () => {
  // biome-ignore lint/suspicious/noConsole: the offender
  expect(() => console.log('a', 1)).toThrow('may not print, it called console.log(a, 1)')
})

test('a unit test that uses the network fails', async () => {
  expect(() => connect({ host: 'example.org', port: 80 })).toThrow(
    'may not use the network, it connected to example.org',
  )
  expect(() => connect(80, '192.0.2.1')).toThrow('it connected to 192.0.2.1')
  const error = await fetch('http://example.org').catch((reason: unknown) => reason)
  expect((error as Error).cause).toMatchObject({ message: expect.stringContaining('may not use the network') })
})

test('a unit test may talk to itself', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
  server.close()
})
