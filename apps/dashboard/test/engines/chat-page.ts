import type { RequestTrace } from 'foretoken/serve-types'
import type { Locator, Page } from 'playwright-core'

/** An answer on the page, and what the server wrote down of the same request. */
export interface Asked {
  readonly answer: Locator
  readonly trace: RequestTrace
}

/** Writes a prompt and sends it as soon as there is a model to ask. */
export async function send(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt', { exact: true }).fill(prompt)
  await page.locator('button.send:enabled').waitFor()
  await page.keyboard.press('Enter')
}

/** Writes a prompt, waits for the whole answer and fetches its trace. */
export async function ask(page: Page, prompt: string): Promise<Asked> {
  const response = page.waitForResponse('**/v1/chat/completions')
  await send(page, prompt)
  const id = (await response).headers()['x-request-id']
  await page.locator('.turn:last-child .answer[data-status="complete"]').waitFor()
  const answer = page.locator('.answer').nth((await page.locator('.answer').count()) - 1)
  const trace = await (await page.request.get(`/api/requests/${id}`)).json()
  return { answer, trace }
}

/** Asks anew until something drafted was accepted: on tiny models drafting pays now and then only. */
export async function askUntilDrafted(page: Page, prompt: string): Promise<Asked> {
  for (let turns = 1; ; turns++) {
    const asked = await ask(page, prompt)
    if (asked.trace.acceptedTokens > 0) return asked
    if (turns === 30) throw new Error('Nothing drafted was accepted in 30 answers')
    await page.getByRole('button', { name: 'New' }).click()
  }
}

/** What is seen of a piece of the text. */
export interface SeenPiece {
  readonly drafter: string
  readonly step: number
  readonly text: string
  /** Its colour's hue, in degrees. */
  readonly hue: number
  readonly underline: string
}

/** Every piece of an answer as it is drawn. */
export function seenPieces(answer: Locator): Promise<SeenPiece[]> {
  return answer.locator('.piece').evaluateAll((spans) =>
    spans.map((span) => {
      const { color, textDecorationStyle } = getComputedStyle(span)
      const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number)
      const hue = (Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) * 180) / Math.PI
      const { drafter = '', step } = (span as HTMLElement).dataset
      const text = span.textContent ?? ''
      return { drafter, step: Number(step), text, hue: (hue + 360) % 360, underline: textDecorationStyle }
    }),
  )
}

/** The numbers of an answer's legend by drafter; the model's own are under the empty name. */
export async function legendCounts(answer: Locator): Promise<Record<string, number>> {
  const entries = await answer
    .locator('.legend li')
    .evaluateAll((items) =>
      items.map((item) => [
        (item as HTMLElement).dataset['drafter'] ?? '',
        Number(item.textContent?.match(/\d+$/)?.[0]),
      ]),
    )
  return Object.fromEntries(entries)
}

/** The same numbers, from the steps that the server wrote down. */
export function tracedCounts({ trace }: RequestTrace): Record<string, number> {
  const counts: Record<string, number> = { '': 0 }
  for (const { drafter, tokens, acceptedTokens } of trace) {
    if (drafter !== '') counts[drafter] = (counts[drafter] ?? 0) + acceptedTokens
    counts[''] = (counts[''] ?? 0) + tokens - acceptedTokens
  }
  return counts
}
