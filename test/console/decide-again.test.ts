/** A candidate in a decision, and recorded requests that are decided again, in Chromium. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { recordDecisions } from '../unit/replay/recorded-decisions.ts'
import { findAccessibilityProblems } from './accessible-page.ts'
import { openConsole, startTestConsole } from './started-console.ts'
import { HOSTILE } from './view-sources.ts'

const RULE = "'claims.blocked != true || !has(claims.blocked)'"
const WITHOUT_ALICE = `'claims.sub != "alice"'`

describe('audit/redecide', () => {
  it('compares a record with what the documents decide at present', async () => {
    const { call, folder, text, idOf } = await startWithRecords()
    const alice = await idOf('alice')
    expect(await call('audit/redecide', { id: alice })).toMatchObject({
      status: 200,
      body: { differences: [], result: { outcome: 'would-issue', grant: 'read' } },
    })
    writeFileSync(path.join(folder, 'acme.yaml'), text.replace(RULE, WITHOUT_ALICE))
    const { body } = await call('audit/redecide', { id: alice })
    expect(body).toMatchObject({ result: { outcome: 'would-refuse', code: 'access_denied' } })
    expect(body).toHaveProperty(
      'differences',
      expect.arrayContaining([{ member: 'outcome', recorded: 'issued', found: 'refused' }]),
    )
  })

  it.each([
    ['a record without inputs', { inputs: undefined }, 'has no inputs; write "recordInputs'],
    ['a record with malformed inputs', { inputs: { token: 1 } }, 'has malformed inputs'],
    [
      'a record of another tenant',
      { tenant: 'beta' },
      'expected the document of the tenant "beta"',
    ],
  ])('says why %s is not decided again', async (_, change, message) => {
    const { call, idOf } = await startWithRecords(change)
    const { status, body } = await call('audit/redecide', { id: await idOf('alice') })
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining(message) } },
    })
  })

  it('needs documents', async () => {
    const { call, idOf } = await startWithRecords({}, {})
    expect(await call('audit/redecide', { id: await idOf('alice') })).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining('start it with --tenants') } },
    })
  })
})

describe.skipIf(skipsChromium())('in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await closeAfterTests(launchChromium())
  })

  it('a record is decided again, by documents that have changed', async () => {
    const { folder, text, ...started } = await startWithRecords()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'Audit', exact: true }).click()
    await page.getByLabel('Subject').fill('alice')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('(1)').waitFor()
    await page.getByRole('link', { name: /^\d{4}-/ }).click()
    await page.getByRole('button', { name: 'Decide again' }).click()
    await page.getByText('They decide the same').waitFor()
    writeFileSync(path.join(folder, 'acme.yaml'), text.replace(RULE, WITHOUT_ALICE))
    await page.getByRole('button', { name: 'Decide again' }).click()
    await page.getByText('outcome: issued → refused').waitFor()
    await page.getByText('The broker would refuse: access_denied').waitFor()
    await expectUsable(page)
    expectClean()
    await close()
  })

  it('a decision shows what the candidate decides, with hostile values as text', async () => {
    const folder = makeTemporaryFolder()
    const issuer = 'https://id.example'
    const text = tenantDocument('acme', issuer)
    // Names of rules are free text, and a claim is anything that an issuer signs.
    const rule = JSON.stringify(HOSTILE.slice(0, HOSTILE.indexOf(' \ud800')))
    const candidate = text
      .replace('name: everybody reads', `name: ${rule}`)
      .replace(RULE, WITHOUT_ALICE)
    expect(candidate).toContain('alice')
    writeFileSync(path.join(folder, 'acme.yaml'), text)
    writeFileSync(path.join(folder, 'acme.candidate.yaml'), candidate)
    const started = await startTestConsole({ tenantsDir: folder })
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'Decide', exact: true }).click()
    await page.getByRole('radio', { name: 'Claims' }).check()
    const decide = async (claims: object) => {
      await page.getByLabel('Claims of the subject').fill(JSON.stringify(claims))
      await page.getByRole('button', { name: 'Decide' }).click()
      await page.getByRole('heading', { name: 'By the candidate document' }).waitFor()
    }
    await decide({ sub: 'alice' })
    await page.getByText('By the candidate, the caller loses the session').waitFor()
    await expectUsable(page)
    // Only the name of the rule differs.
    await decide({ sub: 'bob' })
    await page.getByText('rule <img src=x').waitFor()
    await expectUsable(page)
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.title()).toContain('Token broker console')
    expectClean()
    await close()
  })
})

async function expectUsable(page: Page): Promise<void> {
  expect(await findAccessibilityProblems(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
}

/** @param change of each record; @param sources in place of the directory of the document */
async function startWithRecords(change: object = {}, sources?: object) {
  const { text, lines } = await recordDecisions()
  const [folder, logs] = [makeTemporaryFolder(), makeTemporaryFolder()]
  writeFileSync(path.join(folder, 'acme.yaml'), text)
  const records = path.join(logs, 'broker.log')
  const changed = lines.map((line) => JSON.stringify({ ...JSON.parse(line), ...change }))
  writeFileSync(records, `${changed.join('\n')}\n`)
  const started = await startTestConsole({
    ...(sources ?? { tenantsDir: folder }),
    records: [records],
  })
  const idOf = async (subject: string): Promise<string> => {
    const { body } = await started.call('audit/list', { filter: { subject } })
    const [record] = (body as { records: readonly { id: string }[] }).records
    return record?.id ?? ''
  }
  return { ...started, folder, text, idOf }
}
