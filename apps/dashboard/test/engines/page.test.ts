import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import type { RequestTrace, ServiceState } from 'foretoken/serve-types'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, askUntilDrafted, legendCounts, type SeenPiece, seenPieces, send, tracedCounts } from './chat-page.js'
import { openPage, startBrowser } from './open-page.js'
import { type ServeProcess, startServe } from './serve-process.js'

const text =
  'The server listens on the given address and port, reads one line from each client, looks for the name in the table, sends the value back to the client and closes the connection when the client has been silent for more than ten minutes. The number of threads can be limited with an option.'
// The base model counts on until it has no more room.
const endless = '1 2 3 4 5 6 7 8 9 10 1 2 3 4 5 6 7 8 9 10 1 2 3 4 5'
const repeat = `Repeat this text exactly:\n${text}`

/** The terminal's green, cyan and magenta, as hues in degrees, and what tells them apart without colours. */
const looks: Readonly<
  Record<string, { readonly hues: readonly [from: number, to: number]; readonly underline: string }>
> = {
  lookup: { hues: [100, 150], underline: 'solid' },
  suffix: { hues: [170, 200], underline: 'dotted' },
  model: { hues: [280, 320], underline: 'double' },
}

// Looked at by people; nothing compares them.
const pictures = join(tmpdir(), 'foretoken-page')

let server: ServeProcess
let browser: Browser
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  server = await startServe(fixtureModels.base.q8_0)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** Every drafted piece belongs to a step of its drafter that accepted so many, in that drafter's colour and underline. */
function expectAsTraced(pieces: readonly SeenPiece[], { trace }: RequestTrace): void {
  const drafted = pieces.filter(({ drafter }) => drafter !== '')
  for (const { index, drafter, acceptedTokens } of trace) {
    const drafters = drafted.filter(({ step }) => step === index).map((piece) => piece.drafter)
    expect(new Set(drafters)).toEqual(new Set(acceptedTokens > 0 ? [drafter] : []))
    expect(drafters.length).toBeLessThanOrEqual(acceptedTokens)
  }
  for (const { drafter, hue, underline } of drafted) {
    const look = looks[drafter]
    expect(hue).toBeGreaterThan(look?.hues[0] ?? 360)
    expect(hue).toBeLessThan(look?.hues[1] ?? 0)
    expect(underline).toBe(look?.underline)
  }
}

/** Runs in the browser: a click from here may come when the tiny model is long done. */
function clickStopAtFirstText(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector('.piece') === null) return
    observer.disconnect()
    document.querySelector<HTMLElement>('button.stop')?.click()
  })
  observer.observe(document.body, { subtree: true, childList: true })
}

describe('the page of foretoken serve', () => {
  it('colours and counts tokens as the trace of the same request has them', async () => {
    const { page, foreign, errors } = await openPage(browser, server.url)
    for (const answered of [askUntilDrafted, ask]) {
      const { answer, trace } = await answered(page, repeat)
      expect(await legendCounts(answer)).toEqual(tracedCounts(trace))
      expectAsTraced(await seenPieces(answer), trace)
    }
    expect(await page.locator('.turn').count()).toBe(2)
    expect(foreign).toEqual([])
    expect(errors).toEqual([])
  })

  it('tells of a token who drafted it, how probable it was, and its step: by pointer and by keys', async () => {
    const { page } = await openPage(browser, server.url)
    const { answer, trace } = await askUntilDrafted(page, repeat)
    const piece = answer.locator('.piece:not([data-drafter=""])').first()
    const step = trace.trace[Number(await piece.getAttribute('data-step'))]
    await piece.hover()
    const tip = page.locator('.tip')
    await expect.poll(() => tip.textContent()).toContain(step?.drafter)
    expect(await tip.textContent()).toContain(`step ${(step?.index ?? 0) + 1}`)
    expect(await tip.textContent()).toContain(`width ${step?.width}`)
    expect(await tip.textContent()).toContain(`${step?.acceptedTokens} of ${step?.draftedTokens} drafted accepted`)
    expect(await tip.textContent()).toContain('probability')
    await page.mouse.move(0, 0)
    expect(await tip.count()).toBe(0)
    await answer.locator('.answer-text').focus()
    await page.keyboard.press('End')
    expect(await tip.textContent()).toMatch(/step \d+/)
    await page.keyboard.press('Escape')
    expect(await tip.count()).toBe(0)
  })

  it('shows the steps of an answer, and of any request', async () => {
    const { page } = await openPage(browser, server.url)
    const { trace } = await ask(page, repeat)
    const panel = page.getByRole('complementary')
    expect(await panel.textContent()).toContain(`in ${trace.steps} steps`)
    expect(await panel.locator('.column').count()).toBe(trace.trace.length)
    await panel.getByRole('button', { name: 'Requests' }).click()
    await panel.locator('.requests button').first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(trace.id).waitFor()
    await expect.poll(() => dialog.locator('.column').count()).toBe(trace.trace.length)
    await page.screenshot({ path: join(pictures, 'trace.png') })
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Server' }).click()
    await panel.getByText('hot', { exact: true }).waitFor()
    expect(await panel.textContent()).toContain('Tokens a step')
  })

  it('stops an answer, which frees its place at the server', async () => {
    const { page } = await openPage(browser, server.url)
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('Draft ahead').uncheck()
    await page.getByRole('button', { name: 'Close' }).click()
    const response = page.waitForResponse('**/v1/chat/completions')
    await page.evaluate(clickStopAtFirstText)
    await send(page, endless)
    await page.locator('.answer[data-status="stopped"]').waitFor()
    const fetched = async (path: string): Promise<unknown> => (await page.request.get(path)).json()
    await expect
      .poll(async () => (await fetched('/api/state')) as ServiceState)
      .toMatchObject({ models: [{ active: 0, queued: 0 }] })
    expect(await fetched(`/api/requests/${(await response).headers()['x-request-id']}`)).toMatchObject({
      finish: 'aborted',
      draftedTokens: 0,
    })
    await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  })

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }],
  ])('fits and can be looked at: %s', async (name, options) => {
    const { page, errors } = await openPage(browser, server.url, options)
    await ask(page, repeat)
    await page.screenshot({ path: join(pictures, `${name}.png`) })
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(sideways).toBeLessThanOrEqual(0)
    expect(errors).toEqual([])
  })
})
