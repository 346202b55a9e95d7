/** The views of the game in Chromium: names, contrast, focus, sizes; light and dark, narrow too. */
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type PageSettings, startBuiltPage } from './built-page.ts'
import { findLowContrast } from './contrast-in-page.ts'
import { type GameDevice, openDevice } from './game-device.ts'

const VIEWS: Readonly<Record<string, (device: GameDevice) => Promise<void>>> = {
  home: async () => {},
  'a round': ({ press }) => press('Play'),
  'a paused round': async ({ press }) => {
    await press('Play')
    await press('Pause')
  },
  'step by step': ({ press }) => press('Play step by step'),
  'the result': async ({ page, press }) => {
    await press('Play')
    await page.clock.runFor(80_000)
    await page.locator('.final').waitFor()
  },
  leaderboard: ({ press }) => press('Leaderboard'),
  profile: ({ press }) => press('Profile'),
  developer: ({ press }) => press('Developer'),
}

describe.skipIf(skipsChromium())('each view', () => {
  let settings: PageSettings
  let browser: Browser
  beforeAll(async () => {
    settings = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })

  it.each(Object.entries(VIEWS))('%s: is for everyone', async (_, open) => {
    for (const [colorScheme, width] of [
      ['light', 320],
      ['dark', 1280],
    ] as const) {
      const options = { colorScheme, viewport: { width, height: 700 } }
      const device = await openDevice(browser, settings, options)
      const { page } = device
      await open(device)
      await page.clock.runFor(300)
      const { count, low } = await findLowContrast(page)
      expect(count).toBeGreaterThan(5)
      expect({ colorScheme, low }).toEqual({ colorScheme, low: [] })
      expect({ colorScheme, ...(await findProblems(page)) }).toEqual({
        ...{ colorScheme, unnamed: [], small: [], withoutFocusRing: [], tabIndexes: [] },
        ...{ headings: 1, scrollsSideways: false },
      })
      device.expectClean()
      await device.close()
    }
  })

  it('has a title, a language, landmarks, and a region that announces', async () => {
    const { page, press, close } = await openDevice(browser, settings)
    expect(await page.title()).toBe('Lantern Marsh')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    await page.getByRole('main').waitFor()
    await press('Profile')
    expect(await page.title()).toBe('Profile – Lantern Marsh')
    expect(await page.locator('nav [aria-current]').textContent()).toBe('Profile')
    // The new view has the focus, so that a screen reader reads on from there.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Profile')
    await close()
  })

  it('announces time and score during a round, and what happened at its end', async () => {
    const { page, press, close } = await openDevice(browser, settings)
    await press('Play')
    await page.clock.runFor(16_000)
    await page.waitForFunction(() => document.querySelector('#live')?.textContent !== '')
    expect(await page.locator('#live').textContent()).toMatch(/^60 seconds left\. Score \d+/)
    await close()
  })

  it('draws a picture with keys alone', async () => {
    const { page, press, close } = await openDevice(browser, settings)
    await press('Profile')
    await page.getByRole('button', { name: 'Row 1, column 1: night' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Row 2, column 2: amber' }).waitFor()
    await close()
  })

  it('does not move what need not move, for users who asked for that', async () => {
    const device = await openDevice(browser, settings, { reducedMotion: 'reduce' })
    const { page, press, close } = device
    const duration = page.getByRole('button', { name: 'Play', exact: true })
    expect(await duration.evaluate((made) => getComputedStyle(made).transitionDuration)).toBe('0s')
    await press('Play')
    await page.clock.runFor(500)
    device.expectClean()
    await close()
  })
})

/** Runs in the page. */
const FIND_PROBLEMS = `(() => {
  const shown = (element) => element.checkVisibility() && !element.closest('.visually-hidden')
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown)
  const controls = all('button, input, a[href], [tabindex="0"]')
  const nameOf = (element) =>
    element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent
  const describe = (element) => element.outerHTML.slice(0, 80)
  const sizeOf = (element) => {
    const label = element.labels?.[0]
    const boxes = [element, ...(label ? [label] : [])].map((one) => one.getBoundingClientRect())
    return Math.min(Math.max(...boxes.map((b) => b.width)), Math.max(...boxes.map((b) => b.height)))
  }
  const hasRing = (element) => {
    // An element that has the focus already keeps its ring, or keeps having none.
    element.blur()
    element.focus({ focusVisible: true, preventScroll: true })
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
  }
  return {
    unnamed: controls.filter((element) => nameOf(element).trim() === '').map(describe),
    // WCAG 2.2, 2.5.8: 24 pixels. The pixels of the editor can be reached with keys.
    small: controls
      .filter((element) => !element.matches('.pixel') && sizeOf(element) < 24).map(describe),
    withoutFocusRing: controls.filter((element) => !hasRing(element)).map(describe),
    tabIndexes: all('[tabindex]').filter((element) => element.tabIndex > 0).map(describe),
    headings: document.querySelectorAll('main h2').length,
    scrollsSideways: document.documentElement.scrollWidth > innerWidth,
  }
})()`

function findProblems(page: Page): Promise<object> {
  return page.evaluate(FIND_PROBLEMS)
}
