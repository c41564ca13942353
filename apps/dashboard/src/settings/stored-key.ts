const name = 'foretoken.api-key'

/** The API key of this tab; gone when the tab is closed, and never sent anywhere but to the page's own server. */
export function storedKey(): string {
  return storage()?.getItem(name) ?? ''
}

/** Keeps the API key until the tab is closed; an empty one is forgotten. */
export function storeKey(key: string): void {
  if (key === '') storage()?.removeItem(name)
  else storage()?.setItem(name, key)
}

/** A browser may forbid storage altogether; then the key lasts until the page is loaded again. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage
  } catch {
    return undefined
  }
}
