/** Hostile values in every field of a document and of a rule test, in Chromium. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { expectInert } from './inert-page.ts'
import { openConsole, startTestConsole } from './started-console.ts'
import { HOSTILE } from './view-sources.ts'

/** Without half of a character, and short: a document may contain it where any text is valid. */
const READABLE = HOSTILE.slice(0, HOSTILE.indexOf(' \ud800'))

const DOCUMENT = {
  tenant: 'hostile',
  issuers: [
    {
      issuer: 'https://id.example',
      audiences: ['app'],
      algorithms: ['RS256'],
      member: 'claims.org == "acme"',
      subject: 'claims.sub',
    },
  ],
  attributes: { user: { from: 'claims.sub', pattern: '[a-z]{1,20}' } },
  rules: [{ name: 'all', when: 'true', grant: 'read' }],
  grants: {
    read: {
      role: 'arn:aws:iam::111122223333:role/acme',
      webIdentity: 'minted',
      sessionName: '{{user}}',
      sourceIdentity: '{{user}}',
      sessionTags: { user: '{{user}}' },
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      maxDuration: '1h',
      policy: [
        {
          Sid: 'Read',
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: ['arn:aws:s3:::acme/{{user}}/*'],
          Condition: { StringEquals: { 'aws:PrincipalTag/user': '{{user}}' } },
        },
      ],
    },
  },
  allowedOrigins: ['https://app.example'],
  recordInputs: 'used-claims',
}

const RULE_TESTS = {
  documents: ['acme.yaml'],
  tests: [
    {
      name: 'a test',
      now: '2026-01-31T12:00:00Z',
      claims: { sub: 'alice', groups: ['staff'] },
      request: { tenant: 'acme', grant: 'read', duration: '1h', ip: '192.0.2.1' },
      expect: {
        ...{ grant: 'write', rule: 'no such rule', role: 'arn:aws:iam::1:role/a' },
        ...{ sessionName: 'a', sourceIdentity: 'a', tags: { user: 'bob' } },
        ...{ can: ['s3:GetObject arn:aws:s3:::acme/alice/a'] },
        cannot: [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b', context: { 'aws:a': 'b' } }],
      },
    },
  ],
}

/** Copies of the value, each with one text, or one name of a member, replaced by a hostile one. */
function hostileVariants(value: unknown, hostile = HOSTILE): readonly unknown[] {
  if (typeof value === 'string') return [hostile]
  if (Array.isArray(value))
    return value.flatMap((item, at) =>
      hostileVariants(item, hostile).map((one) => value.with(at, one)),
    )
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  return entries.flatMap(([name, item], at) => [
    ...hostileVariants(item, hostile).map((one) => ({ ...value, [name]: one })),
    Object.fromEntries(entries.with(at, [hostile, item])),
  ])
}

describe.skipIf(skipsChromium())('hostile values', { timeout: 600_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await closeAfterTests(launchChromium())
  })

  it('in each field of a document are text in the editor and its findings', async () => {
    const folder = makeTemporaryFolder()
    const variants = hostileVariants(DOCUMENT)
    expect(variants.length).toBe(60)
    for (const [at, variant] of variants.entries())
      writeFileSync(path.join(folder, `h${at}.json`), JSON.stringify(variant, undefined, 2))
    const started = await startTestConsole({ tenantsDir: folder })
    const { page, expectClean, close } = await openConsole(browser, started, {
      viewport: { width: 400, height: 800 },
    })
    for (const at of variants.keys()) {
      await page.goto(`${started.origin}/#/tenants/directory/h${at}.json`)
      await page.getByRole('heading', { name: `h${at}.json` }).waitFor()
      await page.locator('.findings li, .checks .notice').first().waitFor()
      await expectInert(page)
    }
    expectClean()
    await close()
  })

  it('in each field of a rule test are text in its results', async () => {
    const folder = makeTemporaryFolder()
    writeFileSync(path.join(folder, 'acme.yaml'), tenantDocument('acme', 'https://id.example'))
    const variants = [READABLE, HOSTILE].flatMap((one) => hostileVariants(RULE_TESTS, one))
    expect(variants.length).toBeGreaterThan(25)
    for (const [at, variant] of variants.entries())
      writeFileSync(
        path.join(folder, `h${100 + at}.test.json`),
        JSON.stringify(variant, undefined, 2),
      )
    const started = await startTestConsole({ tenantsDir: folder })
    const { page, expectClean, close } = await openConsole(browser, started, {
      viewport: { width: 400, height: 800 },
    })
    await page.getByRole('link', { name: 'Tests', exact: true }).click()
    await page.getByRole('button', { name: `Run ${variants.length} files` }).click()
    await page
      .locator('main .notice')
      .getByText(/\d+ passed, \d+ failed, \d+ invalid/)
      .waitFor()
    await expectInert(page)
    // Those that are valid lead to decisions, with the hostile value in them.
    const links = await page.locator('main li a').all()
    const addresses = await Promise.all(links.map((link) => link.getAttribute('href')))
    expect(addresses.length).toBeGreaterThan(5)
    for (const address of addresses) {
      await page.goto(`${started.origin}/${address}`)
      await page.getByText('Request path').waitFor()
      await expectInert(page)
    }
    expectClean()
    await close()
  })
})
