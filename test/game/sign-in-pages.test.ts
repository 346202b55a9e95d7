/** The sign-in pages of the demo providers in Chromium: keyboard, names, contrast and sizes. */
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { findLowContrast } from './contrast-in-page.ts'
import {
  PROVIDER_NAMES,
  type ProviderName,
  REDIRECT_URI,
  type SignInClient,
  startProvidersForTest,
} from './demo-sign-in.ts'

const SIZES = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } }

describe.skipIf(skipsChromium())('a sign-in page', () => {
  let providers: SignInClient
  let browser: Browser
  beforeAll(async () => {
    providers = await startProvidersForTest()
    browser = await closeAfterTests(launchChromium())
  })

  describe.each(PROVIDER_NAMES)('of %s', (provider) => {
    it.each([
      ['phone', 'light'],
      ['phone', 'dark'],
      ['desktop', 'light'],
      ['desktop', 'dark'],
    ] as const)('can be read on a %s in %s', async (size, colorScheme) => {
      const page = await browser.newPage({ viewport: SIZES[size], colorScheme })
      await page.goto(providers.authorizeUrl(provider))
      const { count, low } = await findLowContrast(page)
      expect(count).toBeGreaterThan(10)
      expect(low).toEqual([])
      const overflow = 'document.documentElement.scrollWidth - innerWidth'
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0)
      await keepScreenshot(page, provider, `${size}-${colorScheme}`)
      await page.close()
    })

    it('signs in with the keyboard alone', async () => {
      const page = await browser.newPage()
      const arrived = catchRedirect(page)
      await page.goto(providers.authorizeUrl(provider))
      await page.keyboard.press('Tab')
      const outline = 'getComputedStyle(document.activeElement).outlineStyle'
      expect(await page.evaluate(outline)).toBe('solid')
      await page.keyboard.press('Enter')
      expect((await arrived).searchParams.get('code')).toMatch(/^[\w-]{43}$/)
      await page.close()
    })

    it('names its parts for a screen reader', async () => {
      const page = await browser.newPage()
      await page.goto(providers.authorizeUrl(provider))
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
        'Sign in to Lantern Marsh',
      )
      const people = page.getByRole('list').getByRole('button')
      expect(await people.count()).toBe(3)
      const juno = page.getByRole('button', { name: 'Juno Achterberg juno@mail.example' })
      expect(await juno.count()).toBe(1)
      expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(1)
      expect(await page.title()).toMatch(/^Sign in with /)
      await page.close()
    })

    it('logs no violation of its policy, and sends requests to itself only', async () => {
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('console', (message) => problems.push(message.text()))
      page.on('request', (request) => {
        if (!request.url().startsWith(`${providers.url}/`)) problems.push(request.url())
      })
      await page.goto(providers.authorizeUrl(provider))
      expect(problems.filter((problem) => !problem.includes('favicon'))).toEqual([])
      await page.close()
    })
  })
})

/** The app is not there; what the browser requests of it is the response of the provider. */
function catchRedirect(page: Page): Promise<URL> {
  return new Promise((resolve) => {
    void page.route(`${REDIRECT_URI}?**`, async (route) => {
      resolve(new URL(route.request().url()))
      await route.fulfill({ body: 'back at the app' })
    })
  })
}

/** For people who want to see the pages: `SCREENSHOTS=/tmp/pages npx vitest run …`. */
async function keepScreenshot(page: Page, provider: ProviderName, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${provider}-${name}.png` })
}
