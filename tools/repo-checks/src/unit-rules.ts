import { Socket } from 'node:net'

// Set-up of the unit project: a unit test that prints, or that reaches for another machine, fails.

for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
  globalThis.console[method] = (...values: unknown[]) => {
    throw new Error(`a unit test may not print, it called console.${method}(${values.map(String).join(', ')})`)
  }
}

const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const { host } = (args.flat()[0] ?? {}) as { host?: unknown }
  if (typeof host === 'string' && !/^(localhost|127\.|::1$)/.test(host)) {
    throw new Error(`a unit test may not use the network, it connected to ${host}`)
  }
  return connect.apply(this, args as Parameters<typeof connect>)
} as typeof connect
