/** Rounds that are played without a server, in Chromium: saved later, once, and never lost. */
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type BuiltPage, startBuiltPage } from './built-page.ts'
import { openDevice } from './game-device.ts'

describe.skipIf(skipsChromium())('without a server', () => {
  let built: BuiltPage
  let browser: Browser
  beforeAll(async () => {
    built = await startBuiltPage()
    browser = await closeAfterTests(launchChromium())
  })
  const scoresOf = async (player: unknown) =>
    (await built.stored()).scores.filter((row) => row.player === player)

  it('rounds of a new guest are kept, and saved when the network is back', async () => {
    const { context, page, play, waitUntilSaved, ...device } = await openDevice(browser, built)
    await context.setOffline(true)
    const scores = [await play()]
    await device.press('Game')
    scores.push(await play())
    await page.getByText('2 scores not yet saved. The server cannot be reached.').waitFor()
    expect((await built.stored()).scores).toEqual([])
    await context.setOffline(false)
    await waitUntilSaved()
    const saved = (await built.stored()).scores
    expect(saved.map(({ score }) => score).toSorted()).toEqual(scores.toSorted())
    device.expectClean()
    await device.close()
  })

  it('rounds of a user survive a reload, and are saved once', async () => {
    const device = await openDevice(browser, built)
    const { page } = device
    await device.signIn('Riverbend', 'Juno Achterberg')
    await device.waitUntilSaved()
    const user = await page.evaluate(() => sessionStorage.getItem('marsh.identity'))
    await page.route(isOfData(built), (route) => route.abort())
    const score = await device.play()
    await page.getByText('1 score not yet saved').waitFor()
    await page.reload()
    await page.getByText('1 score not yet saved').waitFor()
    expect(await scoresOf(user)).toEqual([])
    await page.unrouteAll()
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await device.waitUntilSaved()
    expect(await scoresOf(user)).toMatchObject([{ score, board: 'all' }])
    device.expectClean()
    await device.close()
  })

  it('a score whose response is lost is one row', async () => {
    const device = await openDevice(browser, built)
    const { page } = device
    await device.signIn('Facets', 'Kweku Strand')
    await device.waitUntilSaved()
    const user = await page.evaluate(() => sessionStorage.getItem('marsh.identity'))
    let lost = 0
    await page.route(isOfData(built), async (route) => {
      const isScore = (route.request().postData() ?? '').includes('attribute_not_exists(#round)')
      if (!isScore || lost >= 2) return route.continue()
      lost++
      await route.fetch()
      await route.abort()
    })
    const score = await device.play()
    await page.getByText('1 score not yet saved').waitFor()
    expect(await scoresOf(user)).toMatchObject([{ score }])
    // The tab crashes before it tries again.
    await page.reload()
    await device.waitUntilSaved()
    expect(lost).toBe(2)
    expect(await scoresOf(user)).toHaveLength(1)
    device.expectClean()
    await device.close()
  })

  it('a copy of what a guest did continues after a reload in the middle', async () => {
    const device = await openDevice(browser, built)
    const { page } = device
    const score = await device.play()
    await device.waitUntilSaved()
    // The guest's profile is copied, and then nothing is reached any more.
    let copied = 0
    await page.context().route(isOfData(built), (route) => {
      const isProfile = (route.request().postData() ?? '').includes('game-profiles')
      return isProfile && ++copied < 4 ? route.continue() : route.abort()
    })
    await device.signIn('Lantern ID', 'Juno Achterberg')
    await page.getByText('cannot be reached').waitFor()
    await page.context().unrouteAll()
    await page.reload()
    await page.getByText('is yours now, with 1 score').waitFor()
    await device.waitUntilSaved()
    const user = await page.evaluate(() => sessionStorage.getItem('marsh.identity'))
    expect(await scoresOf(user)).toMatchObject([{ score, board: 'all' }])
    device.expectClean()
    await device.close()
  })

  it('the game starts, is played, and says what does not work', async () => {
    const device = await openDevice(browser, built)
    const { page } = device
    await page.route('**/config.json', (route) => route.abort())
    await page.reload()
    await device.play()
    await page.getByText('1 score not yet saved').waitFor()
    await device.press('Leaderboard')
    await page.getByText('cannot be reached').first().waitFor()
    device.expectClean()
    await device.close()
  })
})

/** Requests for S3 and DynamoDB, but not for the broker and the providers. */
function isOfData({ data }: BuiltPage): (url: URL) => boolean {
  return ({ origin }) => data.includes(origin)
}
