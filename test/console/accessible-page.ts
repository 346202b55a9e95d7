/** What axe-core finds on a page: rules of WCAG 2.2, levels A and AA, and best practices. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** @returns one line for each violation */
export async function findAccessibilityProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(`axe.run().then(({ violations }) => violations.flatMap(
    ({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
      id + ': ' + html.slice(0, 120) + ' ' + failureSummary)))`)
}
