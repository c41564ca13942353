import { HttpError } from './http-error.js'

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Whether an address is reached from this machine only. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/**
 * Refuses requests that were addressed to another name than the server's: a page whose name is made to resolve to this
 * machine (DNS rebinding) has no other way in, since the browser takes it for a page of this server.
 */
export function hostGuard(host: string, hostNames: readonly string[]): (header: string | undefined) => void {
  if (!isLoopback(host) && hostNames.length === 0) return () => {}
  const own = host.includes(':') ? `[${host}]` : host
  const names = new Set([...loopbackNames, own, ...hostNames].map((name) => name.toLowerCase()))
  return (header = '') => {
    if (names.has(header.replace(/:\d{1,5}$/, '').toLowerCase())) return
    throw new HttpError(421, 'host_not_allowed', 'this server is not known by the name in the Host header')
  }
}
