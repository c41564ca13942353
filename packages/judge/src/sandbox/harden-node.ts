/**
 * Takes from a child what an escape could use: the network, and memory beyond a cap. Runs inside the child, so it uses
 * nothing but its argument. File access, processes, workers and `eval` are closed by the flags of the process.
 */
export function hardenNode(maxMemoryBytes: number): void {
  const builtin = <Name extends 'node:net' | 'node:dgram' | 'node:dns' | 'node:fs'>(name: Name) =>
    process.getBuiltinModule(name)
  const refuse = (): never => {
    throw new Error('the sandbox has no network')
  }
  const { Socket, Server } = builtin('node:net')
  Object.assign(Socket.prototype, { connect: refuse })
  Object.assign(Server.prototype, { listen: refuse })
  Object.assign(builtin('node:dgram').Socket.prototype, { bind: refuse, connect: refuse, send: refuse })
  const dns = builtin('node:dns')
  for (const part of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const key of Object.getOwnPropertyNames(part)) {
      if (/^(?:lookup|resolve|reverse)/.test(key)) Object.assign(part, { [key]: refuse })
    }
  }
  for (const name of [
    'fetch',
    'WebSocket',
    'EventSource',
    'XMLHttpRequest',
    'navigator',
    'Worker',
    'BroadcastChannel',
  ]) {
    Reflect.deleteProperty(globalThis, name)
  }
  // Emscripten asks for the constants only, and the permission model refuses the rest.
  const { constants } = builtin('node:fs')
  Object.assign(process, { binding: () => ({ fs: constants }) })

  // Emscripten grows memory here, and takes an error as "there is no more".
  interface Growing {
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  const { prototype } = Reflect.get(globalThis, 'WebAssembly').Memory as { readonly prototype: Growing }
  const { grow } = prototype
  prototype.grow = function (this: Growing, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > maxMemoryBytes) throw new RangeError('the sandbox has no more memory')
    return grow.call(this, pages)
  }
}
