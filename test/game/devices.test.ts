/** Players of the game on several devices, in Chromium, with the real servers behind the page. */
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type BuiltPage, startBuiltPage } from './built-page.ts'
import { type GameDevice, openDevice } from './game-device.ts'

describe.skipIf(skipsChromium())('a player', () => {
  let built: BuiltPage
  let browser: Browser
  beforeAll(async () => {
    built = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })
  const open = () => openDevice(browser, built)

  it('plays as a guest, signs in, and finds everything on a second device', async () => {
    const first = await open()
    const score = await first.play()
    expect(score).toBeGreaterThan(0)
    await first.waitUntilSaved()
    const asGuest = await built.stored()
    expect(asGuest.scores).toMatchObject([{ score, name: 'Wanderer' }])
    expect(asGuest.scores[0]).not.toHaveProperty('board')

    await first.press('Profile')
    await first.page.getByLabel('Name on the leaderboard').fill('Juno <b>A</b>')
    await first.press('Save name')
    await first.page.getByLabel('mint').check()
    await first.page.getByRole('button', { name: 'Row 1, column 1: night' }).click()
    await first.press('Save picture')
    await first.waitUntilSaved()
    expect((await built.stored()).pictures).toHaveLength(1)

    await first.signIn('Lookout', 'Juno Achterberg')
    await first.page.getByText('is yours now, with 1 score').waitFor()
    await first.waitUntilSaved()
    const { scores, profiles, pictures } = await built.stored()
    const guestId = String(asGuest.scores[0]?.player)
    const user = profiles.find(({ player }) => player !== guestId)
    expect(user).toMatchObject({ name: 'Juno <b>A</b>', lamp: 'mint', best: score })
    const row = scores.find(({ player }) => player === user?.player)
    expect(row).toMatchObject({ round: asGuest.scores[0]?.round, score, board: 'all' })
    expect(pictures).toContain(`players/${user?.player}/picture.png`)
    // The device knows no guest any more.
    expect((await first.stored()).filter((key) => key.includes('Cognito'))).toEqual([])
    expect((await first.stored()).filter((key) => key.endsWith('.'))).toEqual([])

    const second = await open()
    await second.signIn('Lookout', 'Juno Achterberg')
    await second.waitUntilSaved()
    await second.page.getByText(`Best score: ${score}`).waitFor()
    expect(await second.page.locator('.card h3').textContent()).toBe('Juno <b>A</b>')
    expect(await pictureOf(second)).toEqual(await pictureOf(first))
    await second.press('Leaderboard')
    await second.page.locator('bdi', { hasText: 'Juno <b>A</b>' }).waitFor()

    // A guest has no name on the leaderboard, but may read it.
    const guest = await open()
    await guest.press('Leaderboard')
    await guest.page.locator('bdi', { hasText: 'Juno <b>A</b>' }).waitFor()
    expect(await guest.page.locator('bdi').count()).toBe(1)
    await closeClean(first, second, guest)
  })

  it('links a second provider, and each of both leads to the same player', async () => {
    const first = await open()
    await first.signIn('Riverbend', 'Priya Vantongeren')
    await first.waitUntilSaved()
    await first.press('Profile')
    await first.page.getByLabel('Name on the leaderboard').fill('Priya')
    await first.press('Save name')
    await first.waitUntilSaved()
    await first.signIn('Facets', 'Odalys Fenn', 'Link')
    await first.page.getByText('Either of them leads to this player').waitFor()
    await first.page.getByText('Signed in with Riverbend and Facets.').waitFor()

    const second = await open()
    await second.signIn('Facets', 'Odalys Fenn')
    await second.waitUntilSaved()
    expect(await second.page.locator('.card h3').textContent()).toBe('Priya')
    await closeClean(first, second)
  })

  it('keeps the sign-in if an account cannot be linked, and learns why', async () => {
    const other = await open()
    await other.signIn('Lantern ID', 'Ansel Whitlock')
    await other.waitUntilSaved()
    const device = await open()
    await device.signIn('Lookout', 'Mirela Okonski')
    await device.waitUntilSaved()
    await device.press('Profile')
    await device.signIn('Lantern ID', 'Ansel Whitlock', 'Link')
    await device.page.getByText('already belongs to another player').waitFor()
    await device.page.getByText('Signed in with Lookout.').waitFor()
    await device.waitUntilSaved()
    await closeClean(other, device)
  })

  it('whom a deny rule refuses learns that, and plays on as a guest', async () => {
    const device = await open()
    await device.signIn('Lantern ID', 'Sable Roux')
    await device.page.getByText('may not play here').waitFor()
    expect(await device.stored()).not.toContain('marsh.identity')
    await device.page.getByText('You play as a guest').waitFor()
    await closeClean(device)
  })

  it('signs in again after the token expired, and what was played meanwhile is saved', async () => {
    const device = await open()
    await device.signIn('Facets', 'Kweku Strand')
    await device.waitUntilSaved()
    const { page } = device
    const user = await page.evaluate(() => sessionStorage.getItem('marsh.identity'))
    await page.evaluate(() => {
      const logins = JSON.parse(sessionStorage.getItem('marsh.logins') ?? '[]')
      logins[0].token = 'expired'
      sessionStorage.setItem('marsh.logins', JSON.stringify(logins))
    })
    await page.reload()
    await page.getByText('Your sign-in is not valid any more').waitFor()
    const before = (await built.stored()).scores
    const score = await device.play()
    await page.getByText('1 score not yet saved').waitFor()
    // Nothing of the user was saved as a guest's.
    expect((await built.stored()).scores).toHaveLength(before.length)
    await device.press('Game')
    await device.signIn('Facets', 'Kweku Strand', 'Sign in again with')
    await device.waitUntilSaved()
    const { scores } = await built.stored()
    expect(scores.filter(({ player }) => player === user)).toMatchObject([{ score, board: 'all' }])
    await closeClean(device)
  })

  it('changes a profile on two devices, one of them offline: both changes are kept', async () => {
    const [first, second] = [await open(), await open()]
    for (const device of [first, second]) {
      await device.signIn('Lookout', 'Haruto Belmont')
      await device.waitUntilSaved()
      await device.press('Profile')
    }
    await second.context.setOffline(true)
    await second.page.getByLabel('Name on the leaderboard').fill('Offline')
    await second.press('Save name')
    await second.page.getByText('cannot be reached').waitFor()
    await first.page.locator('.lamps').getByLabel('violet').check()
    await first.waitUntilSaved()
    await first.page.getByLabel('Name on the leaderboard').fill('Online')
    await first.press('Save name')
    await first.page.waitForTimeout(500)
    await first.waitUntilSaved()
    await second.context.setOffline(false)
    await second.page.getByText('had changed your name to “Online”').waitFor()
    await second.waitUntilSaved()
    const { profiles } = await built.stored()
    expect(profiles).toContainEqual(expect.objectContaining({ name: 'Offline', lamp: 'violet' }))
    await closeClean(first, second)
  })
})

async function closeClean(...devices: readonly GameDevice[]): Promise<void> {
  for (const device of devices) {
    device.expectClean()
    await device.close()
  }
}

/** The pixels of the picture that the start shows. */
function pictureOf({ page }: GameDevice): Promise<string> {
  return page.locator('canvas.picture').evaluate((canvas) => {
    const data = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, 16, 16).data
    return String(data)
  })
}
