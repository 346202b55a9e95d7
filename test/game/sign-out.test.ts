/** Sign-out in Chromium: nothing of the player stays on the device, also of requests in flight. */
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type BuiltPage, startBuiltPage } from './built-page.ts'
import { type GameDevice, openDevice } from './game-device.ts'

describe.skipIf(skipsChromium())('signing out', () => {
  let built: BuiltPage
  let browser: Browser
  beforeAll(async () => {
    built = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })
  const signedIn = async () => {
    const device = await openDevice(browser, built)
    await device.signIn('Lookout', 'Mirela Okonski')
    await device.waitUntilSaved()
    return device
  }

  it('leaves nothing on the device: no token, identity, score or database', async () => {
    const device = await signedIn()
    await device.play()
    await device.waitUntilSaved()
    await device.press('Leaderboard')
    await device.page.locator('bdi').first().waitFor()
    await device.page.evaluate(async () => {
      // What other code of this origin may have stored.
      localStorage.setItem('aws-amplify-cache', 'x')
      indexedDB.open('some-library')
      await caches.open('some-cache')
    })
    expect((await device.stored()).length).toBeGreaterThan(4)
    await signOut(device)
    expect(await device.stored()).toEqual([])
    await device.page.getByText('You play as a guest').waitFor()
    expect(await device.page.locator('.card h3').textContent()).toBe('Wanderer')
    // Nothing brings it back either.
    await device.page.reload()
    await device.page.clock.runFor(60_000)
    expect(await device.stored()).toEqual([])
    device.expectClean()
    await device.close()
  })

  it('drops what is in flight: a late response stores nothing', async () => {
    const device = await signedIn()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await device.page.context().route(
      (url) => built.origins.includes(url.origin),
      async (route) => {
        await held
        await route.continue().catch(() => undefined)
      },
    )
    await device.press('Profile')
    await device.page.locator('.lamps').getByLabel('rose').check()
    await device.page.getByText('Saving…').waitFor()
    await device.press('Sign out')
    await device.page.getByText('You play as a guest').waitFor()
    release()
    await device.page.waitForTimeout(500)
    expect(await device.stored()).toEqual([])
    device.expectClean()
    await device.close()
  })

  it('signs the other tabs out too', async () => {
    const device = await signedIn()
    const other = await device.context.newPage()
    await other.goto(`${built.url}/`)
    // Another tab has logins of its own.
    await other.evaluate(() => sessionStorage.setItem('marsh.logins', '[]'))
    await signOut(device)
    await other.getByText('Nothing is stored yet.').waitFor()
    expect(await other.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
    await device.close()
  })

  it('asks first if something is not saved, and Stay keeps it', async () => {
    const device = await signedIn()
    const { page } = device
    await page.route(
      ({ origin }) => built.data.includes(origin),
      (route) => route.abort(),
    )
    await device.play()
    await page.getByText('1 score not yet saved').waitFor()
    await device.press('Profile')
    await device.press('Sign out')
    await page.getByRole('dialog').getByText('this is lost: 1 score').waitFor()
    await device.press('Stay')
    await page.getByText('1 score not yet saved').waitFor()
    await device.press('Sign out')
    await device.press('Sign out and lose it')
    await page.getByText('You play as a guest').waitFor()
    expect(await device.stored()).toEqual([])
    device.expectClean()
    await device.close()
  })

  it('as a guest deletes the guest of the device', async () => {
    const device = await openDevice(browser, built)
    await device.play()
    await device.waitUntilSaved()
    await device.press('Profile')
    await device.press('Delete everything here')
    await device.page.getByText('Nothing is stored yet.').waitFor()
    expect(await device.stored()).toEqual([])
    await device.close()
  })
})

async function signOut(device: GameDevice): Promise<void> {
  await device.press('Profile')
  await device.press('Sign out')
  await device.page.getByText('Nothing is stored yet.').waitFor()
}
