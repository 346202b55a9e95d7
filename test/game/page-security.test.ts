/** The game's page in Chromium: hostile values and sign-ins, and the developer panel. */
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { RIVERBEND_PEOPLE } from '../../packages/local/src/demo-providers/demo-people.ts'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type BuiltPage, startBuiltPage } from './built-page.ts'
import { signInClient } from './demo-sign-in.ts'
import { openDevice } from './game-device.ts'

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(1)</script>\u202Eevil'

describe.skipIf(skipsChromium())('the page', () => {
  let built: BuiltPage
  let browser: Browser
  beforeAll(async () => {
    built = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })
  const open = () => openDevice(browser, built)

  it('shows hostile names of other players as text', async () => {
    await built.putRow({ player: 'p', round: 'r', board: 'all', score: 9e9, name: HOSTILE })
    const device = await open()
    await device.press('Leaderboard')
    const name = device.page.locator('bdi').first()
    await name.waitFor()
    expect(await name.textContent()).toBe(HOSTILE.slice(0, 40))
    expect(await device.page.locator('main img, main script').count()).toBe(0)
    device.expectClean()
    await device.close()
  })

  it('keeps out of names what would hide or forge text', async () => {
    const device = await open()
    await device.press('Profile')
    const field = device.page.getByLabel('Name on the leaderboard')
    await field.fill('\u202E a\u0000\u200B  b ')
    await device.press('Save name')
    expect(await field.inputValue()).toBe('a b')
    await field.fill('   ')
    await device.press('Save name')
    expect(await field.inputValue()).toBe('Wanderer')
    await device.close()
  })

  it('removes the code from the address at once, and uses it once', async () => {
    const device = await open()
    const urls: string[] = []
    device.page.on('framenavigated', (frame) => urls.push(frame.url()))
    await device.signIn('Lookout', 'Haruto Belmont')
    await device.waitUntilSaved()
    const returned = urls.find((url) => url.includes('code=')) ?? ''
    expect(returned).toContain('state=')
    expect(device.page.url()).toBe(`${built.url}/`)
    expect(await device.page.evaluate(() => history.length)).toBeLessThan(6)
    // Somebody who saw the address cannot use it, not even in this tab.
    await device.page.goto(returned)
    await device.page.getByText('was not started in this tab').waitFor()
    await device.page.getByText('Signed in with Lookout.').waitFor()
    device.expectClean()
    await device.close()
  })

  it('ignores a sign-in that somebody else started', async () => {
    // The attacker's own sign-in, up to the point where the attacker's page would continue.
    const attacker = signInClient(built.game.providersUrl, `${built.url}/`)
    const [person] = RIVERBEND_PEOPLE
    const stolen = (await attacker.click('riverbend', { person: person?.id ?? '' })).href
    expect(stolen).toContain('code=')
    const victim = await open()
    await victim.page.goto(stolen)
    await victim.page.getByText('was not started in this tab').waitFor()
    expect(await victim.stored()).toEqual([])
    // Also while the victim signs in at another provider.
    await victim.press('Sign in with Facets')
    await victim.page.goto(stolen)
    await victim.page.getByText('was not started in this tab').waitFor()
    await victim.page.getByText('You play as a guest').waitFor()
    victim.expectClean()
    await victim.close()
  })

  it('says so if the player cancels', async () => {
    const device = await open()
    await device.press('Sign in with Facets')
    await device.page.getByRole('button', { name: 'Cancel' }).click()
    await device.page.getByText('You did not sign in with Facets.').waitFor()
    expect(await device.stored()).toEqual([])
    device.expectClean()
    await device.close()
  })

  it('shows the decision, and what is denied and why, in the developer panel', async () => {
    const device = await open()
    const { page } = device
    await device.signIn('Lantern ID', 'Juno Achterberg')
    await device.waitUntilSaved()
    await device.press('Developer')
    await page.getByText('would-issue').waitFor()
    const facts = await page.locator('dl').innerText()
    expect(facts).toMatch(/Rule\s+players\s+Grant\s+player/)
    const identity = await page.evaluate(() => sessionStorage.getItem('marsh.identity'))
    expect(facts).toContain(identity)
    const policy = JSON.parse((await page.locator('pre').textContent()) ?? '')
    expect(JSON.stringify(policy)).toContain(`players/${identity}/picture.png`)
    const lifetime = await page.locator('.lifetime').textContent()
    expect(lifetime).toMatch(/^The session ends in \d+ min \d+ s\.$/)
    await page.clock.runFor(3000)
    expect(await page.locator('.lifetime').textContent()).not.toBe(lifetime)
    for (const [name, operation, cause] of [
      ['Read another player’s row', 'DynamoDB GetItem', 'LeadingKeys'],
      ['Read another player’s picture', 'S3 GetObject', 'statement Picture'],
      ['Scan all scores', 'DynamoDB Scan', 'dynamodb:Scan'],
    ] as const) {
      await device.press(name)
      const newest = page.locator('.call').first()
      await newest.getByText(operation).waitFor()
      expect(await newest.locator('.outcome').textContent()).toBe('denied')
      expect(await newest.locator('.detail').textContent()).toContain(cause)
    }
    expect(await page.locator('.call.allowed').count()).toBeGreaterThan(2)
    device.expectClean()
    await device.close()
  })

  it('gets a session of a guest in the developer panel that is smaller', async () => {
    const device = await open()
    await device.play()
    await device.waitUntilSaved()
    await device.press('Developer')
    await device.page.getByText('would-issue').waitFor()
    const facts = await device.page.locator('dl').innerText()
    expect(facts).toMatch(/\(guest\)[\s\S]*Grant\s+guest/)
    await device.close()
  })
})
