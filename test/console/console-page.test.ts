/** The frame of the operator console in Chromium: its key, its navigation, and its colours. */
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { findAccessibilityProblems } from './accessible-page.ts'
import { openConsole, type StartedConsole, startTestConsole } from './started-console.ts'

describe.skipIf(skipsChromium())('the page of the console', { timeout: 120_000 }, () => {
  let started: StartedConsole
  let browser: Browser
  beforeAll(async () => {
    started = await startTestConsole({ tenantsDir: makeTemporaryFolder() })
    browser = await closeAfterTests(launchChromium())
  })

  it('removes the access key from the address and from the history', async () => {
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('heading', { name: 'Tenants' }).waitFor()
    expect(page.url()).toBe(`${started.origin}/#/tenants`)
    await page.goBack()
    expect(page.url()).not.toContain('key=')
    await page.goForward()
    // A reload keeps the key of the tab.
    await page.reload()
    await page.getByRole('heading', { name: 'Tenants' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expectClean()
    await close()
  })

  it('says what to open where a tab has no key', async () => {
    const other = { ...started, url: `${started.origin}/` }
    const { page, close } = await openConsole(browser, other)
    await page.getByText('This tab has no access key').waitFor()
    await close()
  })

  it('is used with keys alone', async () => {
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('heading', { name: 'Tenants' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const focused = () =>
      page.evaluate('document.activeElement.id || document.activeElement.tagName')
    expect(await focused()).toBe('main')
    for (const name of ['Decide', 'Audit', 'Tests', 'Trust policies', 'Tenants']) {
      await page.getByRole('link', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name, level: 1 }).waitFor()
      await page.locator('h1:focus').waitFor()
      expect(await page.locator('nav [aria-current]').textContent()).toContain(name)
    }
    expectClean()
    await close()
  })

  it('is light or dark as the system is, or as chosen', async () => {
    const { page, expectClean, close } = await openConsole(browser, started, {
      colorScheme: 'dark',
    })
    const colour = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    await page.getByLabel('Colours').waitFor()
    const dark = await colour()
    await page.getByLabel('Colours').selectOption('light')
    expect(await colour()).not.toBe(dark)
    await page.reload()
    await page.getByLabel('Colours').waitFor()
    expect(await colour()).not.toBe(dark)
    expectClean()
    await close()
  })

  it.each(['light', 'dark'] as const)(
    'is accessible in %s, at every width',
    async (colorScheme) => {
      for (const width of [320, 400, 1280]) {
        const options = { colorScheme, viewport: { width, height: 700 } }
        const { page, expectClean, close } = await openConsole(browser, started, options)
        await page.getByRole('heading', { name: 'Tenants' }).waitFor()
        expect(await findAccessibilityProblems(page)).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
        expectClean()
        await close()
      }
    },
  )
})
