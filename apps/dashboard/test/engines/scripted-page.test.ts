import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Script, type ScriptedServer, scriptedServer } from '../scripted-server.js'
import { scriptedSteps } from '../scripted-steps.js'
import { accessibilityFaults } from './accessibility-faults.js'
import { send } from './chat-page.js'
import { openPage, startBrowser } from './open-page.js'

const built = fileURLToPath(new URL('../../dist', import.meta.url))
const words = 'one two three four five six seven eight nine ten '

const scripts: Readonly<Record<string, Script>> = {
  busy: { kind: 'failure', status: 429, message: '256 requests wait already', code: 'ERR_BUSY' },
  lost: { kind: 'failure', status: 503, message: 'the engine died', code: 'ERR_HOST_LOST' },
  cut: { kind: 'steps', steps: scriptedSteps(words, ['lookup']), stepMs: 1, cut: true },
  plain: { kind: 'text', text: 'Text without steps.' },
  slow: { kind: 'steps', steps: scriptedSteps(words.repeat(50), ['suffix', 'model']), stepMs: 50 },
  long: { kind: 'steps', steps: scriptedSteps(words.repeat(300), ['lookup', '']), stepMs: 0 },
  mixed: { kind: 'steps', steps: scriptedSteps(words.repeat(3), ['lookup', '', 'suffix', 'model']), stepMs: 1 },
}

let browser: Browser
let server: ScriptedServer
beforeAll(async () => {
  browser = await startBrowser()
  server = await scriptedServer(built, (prompt) => scripts[prompt] ?? { kind: 'text', text: prompt })
})
afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

describe('the page, before a scripted server', () => {
  it.each([
    ['busy', /256 requests wait already\. Too much is asked of the server now\. Try again in 3 s\./],
    ['lost', /The engine died\. .*Try again/],
    ['cut', /connection was cut.*What came is kept/],
  ])('says the cause and the cure: %s', async (prompt, said) => {
    const { page } = await openPage(browser, server.address)
    await send(page, prompt)
    const alert = page.locator('.answer').getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(said)
    await page.getByRole('button', { name: 'Regenerate' }).waitFor()
    // What came before the cut stays.
    if (prompt === 'cut') expect(await page.locator('.answer-text').textContent()).toBe(words)
  })

  it('asks for the key, and keeps it in this tab only', async () => {
    await using guarded = await scriptedServer(built, () => ({ kind: 'text', text: 'Hello.' }), 'secret')
    const { page } = await openPage(browser, guarded.address)
    await page.getByText('The key is not known.').waitFor()
    await page.getByLabel('API key').fill('secret')
    await page.keyboard.press('Enter')
    await page.getByText('The key is not known.').waitFor({ state: 'detached' })
    await send(page, 'Hi')
    await page.locator('.answer[data-status="complete"]').waitFor()
    const kept = await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])
    expect(kept).toEqual([1, 0, ''])
    await page.reload()
    await page.getByRole('combobox', { name: 'Model' }).getByText('base').waitFor({ state: 'attached' })
  })

  it('stops in the middle, which the server sees', async () => {
    const { page } = await openPage(browser, server.address)
    const left = server.left()
    await send(page, 'slow')
    await page.locator('.piece').first().waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.answer[data-status="stopped"]').waitFor()
    await expect.poll(server.left).toBe(left + 1)
    const text = await page.locator('.answer-text').textContent()
    expect(words.repeat(50).startsWith(text ?? '-')).toBe(true)
    // The next turn tells the model what was said until then.
    await send(page, 'plain')
    await page.locator('.turn:last-child .answer[data-status="complete"]').waitFor()
    expect(server.asked.at(-1)).toMatchObject({
      messages: [
        { role: 'user', content: 'slow' },
        { role: 'assistant', content: text },
        { role: 'user', content: 'plain' },
      ],
    })
  })

  it('keeps the end in view, unless somebody reads further up', async () => {
    const { page } = await openPage(browser, server.address)
    const fromEnd = (): Promise<number> =>
      page
        .locator('.turns')
        .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)
    await send(page, 'long')
    await page.locator('.answer[data-status="complete"]').waitFor()
    expect(await fromEnd()).toBeLessThan(2)
    await page.locator('.turns').hover()
    await page.mouse.wheel(0, -400)
    await expect.poll(fromEnd).toBeGreaterThan(300)
    await page.getByRole('button', { name: 'Regenerate' }).click()
    await page.locator('.answer[data-status="complete"]').waitFor()
    expect(await fromEnd()).toBeLessThan(2)
  })

  it('shows a request of the past with its route, its text and what was not kept', async () => {
    const { page } = await openPage(browser, server.address)
    await page.getByRole('button', { name: 'Requests' }).click()
    await page.locator('.requests button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('The front door says: coder_primary 91 %, quick 9 %. Tried before: moe.').waitFor()
    expect(await dialog.locator('.answer-text').textContent()).toBe('What was kept of the answer is shown again.')
    expect(await dialog.textContent()).toContain('39 later steps were not kept.')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
  })

  it('shows text of an engine without steps, and sends what was chosen', async () => {
    const { page } = await openPage(browser, server.address)
    await page.getByRole('combobox', { name: 'Model' }).selectOption('base')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('System prompt').fill('Be brief.')
    await page.getByLabel('Temperature').fill('0.5')
    await page.getByLabel('Seed').fill('7')
    await page.getByLabel('Most tokens', { exact: true }).fill('50')
    await page.getByLabel('suffix').uncheck()
    await page.getByLabel('Most tokens a draft').fill('8')
    await page.getByRole('button', { name: 'Close' }).click()
    await send(page, 'plain')
    await page.locator('.answer[data-status="complete"]').waitFor()
    expect(await page.locator('.answer-text').textContent()).toBe('Text without steps.')
    expect(await page.getByRole('complementary').textContent()).toContain('does not speak of steps')
    expect(server.asked.at(-1)).toEqual({
      model: 'base',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'plain' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      seed: 7,
      max_tokens: 50,
      speculation: { drafters: ['lookup', 'model'], maxTokens: 8, trace: true },
    })
  })

  it.each(['light', 'dark'] as const)(
    'tells drafters apart without colours, and leaves nobody out: %s',
    async (colorScheme) => {
      const { page, errors } = await openPage(browser, server.address, { colorScheme })
      await send(page, 'mixed')
      await page.locator('.answer[data-status="complete"]').waitFor()
      const underlines = ['lookup', 'suffix', 'model'].map((drafter) =>
        page
          .locator(`.piece[data-drafter="${drafter}"]`)
          .first()
          .evaluate((span) => getComputedStyle(span).textDecorationStyle),
      )
      expect(await Promise.all(underlines)).toEqual(['solid', 'dotted', 'double'])
      await page.getByRole('button', { name: 'Settings' }).click()
      for (const view of ['This answer', 'Server', 'Requests']) {
        await page.getByRole('button', { name: view }).click()
        await page.locator('.panel-body > *').first().waitFor()
        expect(await accessibilityFaults(page)).toEqual([])
      }
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await accessibilityFaults(page)).toEqual([])
      expect(errors).toEqual([])
    },
  )
})
