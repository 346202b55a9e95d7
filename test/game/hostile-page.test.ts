/** A hostile player, who uses the credentials of the page from the console of the browser. */
import path from 'node:path'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { startBuiltPage } from './built-page.ts'
import { openDevice } from './game-device.ts'

describe.skipIf(skipsChromium())('a hostile player in Chromium', () => {
  it('gets nothing of another player and of a guest', { timeout: 120_000 }, async () => {
    const built = await startBuiltPage()
    const browser = await closeAfterTests(launchChromium())
    const user = await openDevice(browser, built)
    const ofUser = nextSession(user.page)
    await user.signIn('Lookout', 'Mirela Okonski')
    await user.waitUntilSaved()
    const guest = await openDevice(browser, built)
    const ofGuest = nextSession(guest.page)
    await guest.play()
    await guest.waitUntilSaved()
    const hostile = await openDevice(browser, built)
    const own = nextSession(hostile.page)
    await hostile.signIn('Riverbend', 'Priya Vantongeren')
    await hostile.waitUntilSaved()
    const before = await built.stored()
    for (const target of [await ofUser, await ofGuest]) {
      const rows = await attack(hostile.page, built.data, await own, target.identityId)
      console.table(rows)
      expect(rows.length).toBeGreaterThan(35)
      expect(rows.filter(({ response }) => !NOTHING.includes(response))).toEqual([])
    }
    expect(await built.stored()).toEqual(before)
  })
})

/** Denied, or a feature that the local services do not have. */
const NOTHING = [
  ...['AccessDenied', 'AccessDeniedException', '403'],
  ...['UnknownOperationException', 'NotImplemented'],
  // The browser itself resolves `../`, so that it sends another path than the SDK has signed.
  'SignatureDoesNotMatch',
]

interface ObservedSession {
  readonly identityId: string
  readonly credentials: Readonly<Record<string, string>>
}

/** The next session of the page, which the person at the browser can read too. */
async function nextSession(page: Page): Promise<ObservedSession> {
  const response = await page.waitForResponse(async (one) => {
    const target = one.request().headers()['x-amz-target'] ?? ''
    if (!target.endsWith('GetCredentialsForIdentity') || !one.ok()) return false
    return !one.url().includes('8d2e7a1b')
  })
  const { IdentityId, Credentials } = await response.json()
  return {
    identityId: IdentityId,
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretKey,
      sessionToken: Credentials.SessionToken,
    },
  }
}

/** What a person types into the console is not limited by the policy of the page. */
async function attack(
  page: Page,
  [s3Url, dynamodbUrl]: readonly string[],
  { identityId, credentials }: ObservedSession,
  target: string,
): Promise<readonly { attempt: string; response: string }[]> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'hostile-console.ts')],
    ...{ bundle: true, write: false, format: 'iife', globalName: 'hostile', platform: 'browser' },
  })
  const argument = JSON.stringify({ identityId, credentials, target, s3Url, dynamodbUrl })
  return page.evaluate(`${outputFiles[0]?.text}; hostile.attackFromConsole(${argument})`)
}
