import { spawnSync } from 'node:child_process'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** A page in a browser, and what must not happen on it. */
export interface OpenedPage {
  readonly page: Page
  /** Addresses that were asked for outside the page's own origin. */
  readonly foreign: readonly string[]
  /** What the console calls an error, violations of the content security policy among it. */
  readonly errors: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The name that starts a browser of Chromium's kind; empty where there is none. */
    readonly browser: string
  }
}

/** Starts Debian's Chromium, or another one that is on the PATH. */
export async function startBrowser(): Promise<Browser> {
  const name = inject('browser')
  if (name === '') throw new Error('There is no Chromium on the PATH; npm run test:engines says how to have one')
  return chromium.launch({ executablePath: spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim() })
}

/** Opens an address in a tab of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const foreign: string[] = []
  const errors: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) foreign.push(request.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(address)
  return { page, foreign, errors }
}
