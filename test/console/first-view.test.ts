/** What the first view of the operator console asks and shows, in Chromium and by its calls. */
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { expectInert } from './inert-page.ts'
import { openConsole, startTestConsole } from './started-console.ts'
import { HOSTILE } from './view-sources.ts'

/** A console with one document, such as acme.yaml, for one test. */
async function startWithTenant(tenant = 'acme') {
  const folder = makeTemporaryFolder()
  writeFileSync(path.join(folder, `${tenant}.yaml`), `tenant: ${tenant}\n`)
  return { ...(await startTestConsole({ tenantsDir: folder })), folder }
}

describe('the call "console/start"', () => {
  it('responds with the first tenants only where they are wanted', async () => {
    const { call, folder } = await startWithTenant()
    const { body: firstTenants } = await call('tenants/list', {
      ...{ source: 'directory', search: '', after: 0 },
    })
    expect(firstTenants).toMatchObject({ rows: [{ name: 'acme.yaml', tenant: 'acme' }], total: 1 })
    const start = { version: expect.any(String), tenantsDir: folder, records: [] }
    const wanted = await call('console/start', { tenants: true })
    expect(wanted).toEqual({ status: 200, body: { ...start, firstTenants } })
    const others = await call('console/start', { tenants: false })
    expect(others).toEqual({ status: 200, body: start })
  })

  it('responds without tenants that cannot be read', async () => {
    const { call, folder } = await startWithTenant()
    rmSync(folder, { recursive: true })
    const { status, body } = await call('console/start', { tenants: true })
    expect(status).toBe(200)
    expect(body).toMatchObject({ tenantsDir: folder })
    expect(body).not.toHaveProperty('firstTenants')
  })

  it('responds to the page alone: the page itself has no data', async () => {
    const { origin, folder } = await startWithTenant('quince')
    const page = await (await fetch(`${origin}/`)).text()
    expect(page).toContain('<tb-app>')
    expect(page).not.toContain('quince')
    expect(page).not.toContain(folder)
  })
})

describe.skipIf(skipsChromium())('the first view', { timeout: 120_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await closeAfterTests(launchChromium())
  })

  it('asks once, and reads the list again when it is opened later', async () => {
    const { folder, ...started } = await startWithTenant()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    const asked = await page.evaluate(`
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
        .filter((name) => name !== '/icon.svg').sort()
    `)
    expect(asked).toEqual(['/api/console/start'])
    writeFileSync(path.join(folder, 'beta.yaml'), 'tenant: beta\n')
    await page.getByRole('link', { name: 'Trust policies' }).click()
    await page.getByRole('heading', { name: 'Trust policies' }).waitFor()
    await page.getByRole('link', { name: 'Tenants', exact: true }).click()
    await page.getByRole('link', { name: 'beta.yaml' }).waitFor()
    expectClean()
    await close()
  })

  it('reads the list later where a tenant is opened first', async () => {
    const { folder, ...started } = await startWithTenant()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'acme.yaml' }).click()
    await page.getByRole('heading', { name: 'acme.yaml' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'acme.yaml' }).waitFor()
    writeFileSync(path.join(folder, 'beta.yaml'), 'tenant: beta\n')
    await page.getByRole('link', { name: 'All tenants' }).click()
    await page.getByRole('link', { name: 'beta.yaml' }).waitFor()
    expectClean()
    await close()
  })

  it('shows hostile names and folders as text', async () => {
    const folder = path.join(makeTemporaryFolder(), '<img src=x onerror=alert(1)>')
    const rows = [HOSTILE, '<script>alert(1)</script>', '"><svg onload=alert(1)>'].map((name) => ({
      ...{ name, tenant: name, at: name },
    }))
    const started = await startWithTenant()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.route('**/api/console/start', (route) =>
      route.fulfill({
        json: {
          ...{ version: HOSTILE, tenantsDir: `${folder}${HOSTILE}`, records: [] },
          firstTenants: { rows, total: rows.length },
        },
      }),
    )
    await page.reload()
    await page.getByText('(3 of 3)').waitFor()
    expect(await page.locator('tbody tr').count()).toBe(3)
    expect(await page.locator('main svg').count()).toBe(0)
    await expectInert(page)
    expectClean()
    await close()
  })

  it('says that it reads, and shows what arrives late', async () => {
    const { page, expectClean, close } = await openConsole(browser, await startWithTenant())
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/api/console/start', async (route) => {
      await released
      await route.continue()
    })
    await page.reload()
    await page.getByText('Reading the sources of the console').waitFor()
    release()
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    expectClean()
    await close()
  })

  it('says why nothing arrives, and reads it again', async () => {
    const { page, close } = await openConsole(browser, await startWithTenant())
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    await page.route('**/api/console/start', (route) => route.abort())
    await page.reload()
    await page.getByText('The console does not respond').waitFor()
    await page.unroute('**/api/console/start')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    await close()
  })

  it('says why the folder cannot be read', async () => {
    const { folder, ...started } = await startWithTenant()
    rmSync(folder, { recursive: true })
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByText('Reading the tenants failed').waitFor()
    await page.getByText(folder).first().waitFor()
    expectClean()
    await close()
  })
})
