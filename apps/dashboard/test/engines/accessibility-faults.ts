import { type AxeResults, source } from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with the page as it is now: contrast, names, roles, what keys reach. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(source)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
