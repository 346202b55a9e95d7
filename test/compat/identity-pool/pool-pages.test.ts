/** What apps of Amplify and of the AWS SDK send in Chromium, compared with recordings of them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { skipsChromium } from '../../fixtures/chromium.ts'
import { evaluateInPage, startAppInPage, startPoolPages } from './page-device.ts'
import type { PoolDevice } from './pool-device.ts'
import { startRecordedPools } from './recorded-pools.ts'
import { readRecording, requestsDuring, slashAfterPath, stableForm } from './recorded-requests.ts'
import { notRepeated } from './recording-differences.ts'
import { startPoolProviderApp } from './sdk-v3-devices.ts'

describe.skipIf(skipsChromium())('a page in Chromium', () => {
  let started: Awaited<ReturnType<typeof startPages>>
  beforeAll(async () => {
    started = await startPages()
  })

  it('of Amplify sends what was recorded, from a guest’s first visit to other users', async () => {
    const { pages, proxy, location, alice, bob } = started
    const page = await pages.newPage()
    const recording = readRecording('amplify-js-v6-browser')
    const start = () => startAppInPage(page, 'startAmplifyApp', location)
    let app: PoolDevice = await start()
    const restart = async () => {
      await page.reload()
      app = await start()
    }
    const visits: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['amplify guest, first visit', () => app.session()],
      [
        'amplify guest, second visit (stored identity)',
        async () => {
          await restart()
          await app.session()
        },
      ],
      [
        'amplify sign-in after guest (upgrade): other id answered',
        async () => app.session(await alice()),
      ],
      ['amplify, token renewed', async () => app.session(await alice())],
      ['amplify, other user without sign-out', async () => app.session(await bob())],
      [
        'amplify, after clear, bob',
        async () => {
          await app.signOut()
          await app.session(await bob())
        },
      ],
      [
        'amplify, reload as signed-in user',
        async () => {
          await restart()
          await app.session(await alice())
        },
      ],
      [
        'amplify, guest after sign-out',
        async () => {
          await app.signOut()
          await app.session()
        },
      ],
    ]
    expect(notRepeated(recording, visits)).toEqual([])
    for (const [scenario, visit] of visits) {
      const sent = await requestsDuring(proxy, visit)
      expect([scenario, sent]).toEqual([scenario, recording.get(scenario)?.map(stableForm)])
      expect(proxy.received.some(slashAfterPath)).toBe(false)
    }
  })

  it('of the SDK sends what was recorded', async () => {
    const { pages, proxy, location, alice } = started
    const page = await pages.newPage()
    const recording = readRecording('sdk-js-v3-browser')
    const app = await startAppInPage(page, 'startPoolProviderApp', location)
    const config = JSON.stringify({ endpoint: location.endpoint, region: 'eu-west-1' })
    const { identityId } = await startPoolProviderApp(location).session(await alice())
    const visits: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['sdk v3 browser guest', () => app.session()],
      ['sdk v3 browser guest again', () => app.session()],
      ['sdk v3 browser login', async () => app.session(await alice())],
      [
        'sdk v3 browser GetOpenIdToken',
        () => {
          const input = JSON.stringify({ IdentityId: identityId })
          const call = `new module.CognitoIdentity(${config}).getOpenIdToken(${input})`
          return evaluateInPage(page, `import('/module.js').then((module) => ${call})`).catch(
            () => {},
          )
        },
      ],
    ]
    expect(notRepeated(recording, visits)).toEqual([])
    for (const [scenario, visit] of visits) {
      const sent = await requestsDuring(proxy, visit)
      expect([scenario, sent]).toEqual([scenario, recording.get(scenario)?.map(stableForm)])
      expect(proxy.received.every(slashAfterPath)).toBe(true)
    }
  })
})

async function startPages() {
  const pages = await startPoolPages()
  const pools = await startRecordedPools(pages.origin)
  return { ...pools, location: pools.locationOf('stateless'), pages }
}
