import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection of a client that keeps to no rules. */
export interface RawClient extends Disposable {
  readonly socket: Socket
  /** What has come so far. */
  received(): string
  /** What has come when the server hangs up. */
  closed(): Promise<string>
}

/** Connects to a server's address. */
export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const parts: Buffer[] = []
  socket.on('data', (part) => parts.push(part))
  // A server that hangs up on a writer resets the connection.
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()))
  await once(socket, 'connect')
  return {
    socket,
    received: () => Buffer.concat(parts).toString(),
    async closed() {
      await ended
      return Buffer.concat(parts).toString()
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** The head of a POST with JSON. */
export function postHead(path: string, length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`
}

/** A whole POST with JSON. */
export function post(path: string, body: unknown): string {
  const text = JSON.stringify(body)
  return postHead(path, Buffer.byteLength(text)) + text
}
