/** A device with the page of the game in Chromium. What the page must never do fails the test. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { PageSettings } from './built-page.ts'

export interface GameDevice {
  readonly context: BrowserContext
  readonly page: Page
  /** Plays a round step by step until it is over. @returns the score, which is not 0 */
  play(): Promise<number>
  /** Presses a button of the page. */
  press(name: string): Promise<void>
  /** Signs in, or links, with the button of the page and a click on a person. */
  signIn(provider: string, person: string, verb?: SignInVerb): Promise<void>
  /** Waits until the page says that everything is saved. */
  waitUntilSaved(): Promise<void>
  /** What the browser keeps for the page. */
  stored(): Promise<readonly string[]>
  /** No error, no violation of the Content Security Policy, and no request to anywhere else. */
  expectClean(): void
  close(): Promise<void>
}

type SignInVerb = 'Sign in with' | 'Sign in again with' | 'Link'

/** Reports violations of the policy, which are no errors for scripts. */
const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('violation: ' + event.violatedDirective + ' ' + event.blockedURI))`

/** Each round in real time is the same: 4 bytes are the seed of a round, and nothing else. */
const FIX_SEED = `const random = crypto.getRandomValues.bind(crypto)
crypto.getRandomValues = (array) => (array.length === 4 ? array.fill(1) : random(array))`
export const SEED = 0x01010101

/** @param origins which the page may call, besides its own */
export async function openDevice(
  browser: Browser,
  { url, origins }: PageSettings,
  options: BrowserContextOptions = {},
): Promise<GameDevice> {
  const context = await browser.newContext(options)
  await context.addInitScript(REPORT_VIOLATIONS)
  await context.addInitScript(FIX_SEED)
  const page = await context.newPage()
  const problems: string[] = []
  context.on('request', (request) => {
    const { origin } = new URL(request.url())
    if (![url, ...origins].includes(origin)) problems.push(`request to ${request.url()}`)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    // The browser reports each response with an error status, and each request without one.
    const isOfNetwork = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isOfNetwork) problems.push(message.text())
  })
  await page.clock.install()
  await page.goto(`${url}/`)
  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click()
  return {
    ...{ context, page, press },
    async play() {
      await press('Play step by step')
      await playByDescriptions(page)
      return Number(await page.locator('.final strong').textContent())
    },
    async signIn(provider, person, verb = 'Sign in with') {
      await press(`${verb} ${provider}`)
      await page.getByRole('button', { name: person }).click()
      await page.waitForURL(`${url}/`)
    },
    async waitUntilSaved() {
      await page.getByText('Everything is saved.').first().waitFor()
    },
    stored: () =>
      page.evaluate(async () => [
        ...Object.keys(localStorage),
        ...Object.keys(sessionStorage),
        ...(await indexedDB.databases()).map(({ name }) => `database ${name}`),
        ...(await caches.keys()),
        ...document.cookie.split(';').filter((cookie) => cookie !== ''),
      ]),
    expectClean: () => expect(problems).toEqual([]),
    close: () => context.close(),
  }
}

/** Plays a round step by step until it is over, as a player does who hears the descriptions. */
export async function playByDescriptions(page: Page): Promise<void> {
  const description = page.locator('.description')
  const final = page.locator('.final')
  for (let move = 0; move < 400 && !(await final.isVisible()); move++) {
    const text = (await description.textContent({ timeout: 2000 }).catch(() => '')) ?? ''
    await page.keyboard.press(text.includes('None in') ? keyTowards(text) : 'Space')
  }
  await final.waitFor()
}

function keyTowards(description: string): string {
  const direction = /^(?:Caught \d+\. )?Nearest firefly: ([a-z-]+)/.exec(description)?.[1] ?? ''
  const keys: Readonly<Record<string, string>> = {
    ...{ north: 'ArrowUp', south: 'ArrowDown', west: 'ArrowLeft', east: 'ArrowRight' },
    ...{ 'north-west': 'q', 'north-east': 'e', 'south-west': 'z', 'south-east': 'c' },
  }
  return keys[direction] ?? 'Space'
}
