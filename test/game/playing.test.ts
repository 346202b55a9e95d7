/** The page of the game in Chromium: played with keys, a mouse, fingers, and step by step. */
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startRound } from '../../packages/game/src/engine/play-round.ts'
import { distance, type Point } from '../../packages/game/src/engine/round.ts'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type PageSettings, startBuiltPage } from './built-page.ts'
import { openDevice, playByDescriptions, SEED } from './game-device.ts'

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
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: Point[]) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints })
    const score = async () => Number(await page.locator('.score').textContent())
    await send('touchStart', pointIn(box, { x: 50, y: 50 }))
    await send('touchMove', pointIn(box, firstFirefly()))
    await page.clock.runFor(700)
    await send('touchEnd')
    await page.getByRole('button', { name: 'Flare' }).tap()
    await page.clock.runFor(100)
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
    const { x, y } = pointIn(box, firstFirefly())
    await page.mouse.move(x, y)
    await page.clock.runFor(700)
    await page.mouse.down()
    await page.mouse.up()
    await page.clock.runFor(100)
    const score = async () => Number(await page.locator('.score').textContent())
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
    await playByDescriptions(page)
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

/** The firefly that is nearest at the start of a round. */
function firstFirefly(): Point {
  const { fireflies, lantern } = startRound(SEED)
  const [nearest] = fireflies.toSorted((a, b) => distance(a, lantern) - distance(b, lantern))
  return nearest ?? lantern
}

/** Where a point of the marsh is on the screen. */
function pointIn(box: { x: number; y: number; width: number }, { x, y }: Point): Point {
  return { x: box.x + (box.width * x) / 100, y: box.y + (box.width * y) / 100 }
}
