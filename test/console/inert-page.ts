/** What must be true of a page that shows hostile values. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** No value became markup, none ran, and none is wider than the page. */
export async function expectInert(page: Page): Promise<void> {
  expect(await page.title()).toContain('Token broker console')
  expect(await page.locator('main img, main script, main a[href^="javascript:"]').count()).toBe(0)
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
}
