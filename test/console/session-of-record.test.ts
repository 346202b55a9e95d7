/** The life of a session in Chromium: a denial that CloudTrail recorded, explained. */
import { expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { deniedMessage, deniedObject } from '../unit/cli/cloudtrail-events.ts'
import { recordSession } from '../unit/cli/recorded-session.ts'
import { openConsole, startTestConsole } from './started-console.ts'
import { HOSTILE } from './view-sources.ts'

it.skipIf(skipsChromium())('explains a denial by the session policy', async () => {
  const { owner, records, tenants, requestIds } = await recordSession()
  const started = await startTestConsole({ tenantsDir: tenants, records: [records] })
  const browser = await closeAfterTests(launchChromium())
  const { page, expectClean, close } = await openConsole(browser, started)
  await page.getByRole('link', { name: 'Audit', exact: true }).click()
  await page.getByLabel('Request id').fill(requestIds.issued)
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByText('alice', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^\d{4}-/ }).click()
  const reason = 'because no session policy allows the s3:GetObject action'
  const message = deniedMessage(owner, 's3:GetObject', 'arn:aws:s3:::acme/bob/x', reason)
  const events = [
    deniedObject(owner, 'GetObject', 'bob/x', message),
    deniedObject(owner, 'GetObject', HOSTILE, message),
  ]
  await page.getByLabel('Events of CloudTrail').fill(JSON.stringify({ Records: events }))
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const life = page.getByLabel('life of the session', { exact: true })
  await life.waitFor()
  const text = await life.innerText()
  expect(text).toContain(owner.accessKeyId)
  expect(text).toContain('arn:aws:s3:::acme/bob/x')
  expect(text).toContain('because of the session policy')
  expect(await page.locator('main img, main script').count()).toBe(0)
  await page.getByLabel('Events of CloudTrail').fill('no events')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('Reading the session failed').or(page.getByText('are no events')).waitFor()
  expectClean()
  await close()
})
