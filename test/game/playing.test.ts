/** The page of the game in Chromium: played with keys, a mouse, fingers, and step by step. */
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type PageSettings, startBuiltPage } from './built-page.ts'
import { openDevice } from './game-device.ts'

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }

describe.skipIf(skipsChromium())('the game', () => {
  let settings: PageSettings
  let browser: Browser
  beforeAll(async () => {
    settings = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })

  it('is played with keys alone, from the first Tab to the next round', async () => {
    const { page, expectClean, close } = await openDevice(browser, settings)
    await tabTo(page, 'Play')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('marsh')
    await page.keyboard.down('ArrowRight')
    await page.clock.runFor(1500)
    await page.keyboard.up('ArrowRight')
    const time = page.locator('.time')
    expect(await time.textContent()).toMatch(/^7[0-4]$/)
    await page.keyboard.press('p')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Resume')
    const before = await time.textContent()
    await page.clock.runFor(5000)
    expect(await time.textContent()).toBe(before)
    await page.keyboard.press('Enter')
    await page.clock.runFor(2000)
    expect(await time.textContent()).not.toBe(before)
    await page.clock.runFor(80_000)
    await page.getByRole('heading', { name: /Your light went out|Time is up/ }).waitFor()
    await tabTo(page, 'Play again')
    expectClean()
    await close()
  })

  it('is played with a finger, and the lantern follows it', async () => {
    const { page, expectClean, close } = await openDevice(browser, settings, PHONE)
    await page.getByRole('button', { name: 'Play', exact: true }).tap()
    const box = (await page.locator('.marsh').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const touch = await page.context().newCDPSession(page)
    const at = (x: number, y: number) => [{ x: box.x + box.width * x, y: box.y + box.height * y }]
    const score = async () => Number(await page.locator('.score').textContent({ timeout: 1000 }))
    for (let step = 0; step < 40 && (await score()) === 0; step++) {
      const x = 0.5 + 0.4 * Math.cos(step)
      const y = 0.5 + 0.4 * Math.sin(step * 1.3)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(x, y) })
      await page.clock.runFor(150)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(y, x) })
      await page.clock.runFor(150)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
      if (step % 5 === 4) await page.getByRole('button', { name: 'Flare' }).tap()
    }
    expect(await score()).toBeGreaterThan(0)
    // Moving a finger over the marsh does not scroll the page.
    expect(await page.evaluate(() => scrollY)).toBe(0)
    await page.clock.runFor(80_000)
    await page.locator('.final').waitFor()
    expectClean()
    await close()
  })

  it('is played with a mouse', async () => {
    const { page, press, expectClean, close } = await openDevice(browser, settings)
    await press('Play')
    const box = (await page.locator('.marsh').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const score = async () => Number(await page.locator('.score').textContent({ timeout: 1000 }))
    for (let step = 0; step < 40 && (await score()) === 0; step++) {
      const x = box.x + box.width * (0.5 + 0.4 * Math.cos(step))
      await page.mouse.move(x, box.y + box.height * (0.5 + 0.4 * Math.sin(step * 1.3)))
      await page.clock.runFor(250)
      if (step % 9 === 8) await page.mouse.click(x, box.y + box.height / 2)
    }
    expect(await score()).toBeGreaterThan(0)
    expectClean()
    await close()
  })

  it('waits for keys step by step, and describes the marsh after each', async () => {
    const { page, press, expectClean, close } = await openDevice(browser, settings)
    await press('Play step by step')
    const description = page.locator('.description')
    const live = page.locator('#live')
    await page.clock.runFor(100)
    const first = (await description.textContent()) ?? ''
    expect(first).toMatch(/^Nearest firefly: [a-z-]+, \d moves?\./)
    await page.clock.runFor(20_000)
    expect(await description.textContent()).toBe(first)
    for (let move = 0; move < 400 && (await description.isVisible()); move++) {
      const text = (await description.textContent()) ?? ''
      await page.keyboard.press(text.includes('None in') ? keyTowards(text) : 'Space')
    }
    await page.locator('.final').waitFor()
    await page.clock.runFor(100)
    expect(Number(await page.locator('.final strong').textContent())).toBeGreaterThan(20)
    expect(await live.textContent()).toContain('Score')
    expectClean()
    await close()
  })

  it('pauses when the window loses the focus', async () => {
    const { page, press, close } = await openDevice(browser, settings)
    await press('Play')
    await page.clock.runFor(1000)
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    expect(await page.locator('.overlay').textContent()).toContain('Paused')
    await close()
  })
})

/** Presses Tab until the element with this text has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tab = 0; tab < 40; tab++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return
  }
  throw new Error(`Tab does not lead to ${name}`)
}

/** What a player does who hears the description. */
function keyTowards(description: string): string {
  const direction = /^(?:Caught \d+\. )?Nearest firefly: ([a-z-]+)/.exec(description)?.[1] ?? ''
  const keys: Readonly<Record<string, string>> = {
    ...{ north: 'ArrowUp', south: 'ArrowDown', west: 'ArrowLeft', east: 'ArrowRight' },
    ...{ 'north-west': 'q', 'north-east': 'e', 'south-west': 'z', 'south-east': 'c' },
  }
  return keys[direction] ?? 'Space'
}
