/** The journeys of an operator through the views of the console, in Chromium. */
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { NOW } from '../unit/cli/tenant-folder.ts'
import { findAccessibilityProblems } from './accessible-page.ts'
import { expectInert } from './inert-page.ts'
import { type ConsolePage, openConsole, type StartedConsole } from './started-console.ts'
import { createViewSources, HOSTILE, STATED, startViews, type ViewSources } from './view-sources.ts'

describe.skipIf(skipsChromium())('the views', () => {
  let sources: ViewSources
  let started: StartedConsole
  let browser: Browser
  beforeAll(async () => {
    sources = await createViewSources()
    await sources.append(Array.from({ length: 120 }, (_, at) => at))
    started = await startViews(sources)
    browser = await closeAfterTests(launchChromium())
  })

  async function open(view: string, options = {}): Promise<ConsolePage> {
    const opened = await openConsole(browser, started, options)
    await opened.page.getByRole('link', { name: view, exact: true }).click()
    await opened.page.getByRole('heading', { name: view, level: 1 }).waitFor()
    return opened
  }

  async function close({ page, expectClean, close: end }: ConsolePage): Promise<void> {
    expect(page.url()).not.toMatch(/eyJ|alice|key=/)
    expectClean()
    await end()
  }

  it('decides about a token, which enters neither the address nor any storage', async () => {
    const token = await sources.folder.sign({ sub: 'alice', groups: ['staff'] })
    const opened = await open('Decide')
    const { page } = opened
    const requests: string[] = []
    page.on('request', (request) => {
      if ((request.postData() ?? '').includes(token)) requests.push(request.url())
      expect(request.url()).not.toContain(token.slice(0, 20))
    })
    await page.getByLabel('Token', { exact: true }).fill(token)
    await page.getByText('More of the request').click()
    await page.getByLabel('Time', { exact: true }).fill(NOW)
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('The broker would issue a session').waitFor()
    const stages = await page.locator('.stage h3').allInnerTexts()
    expect(stages.map((text) => text.replace(/\s+/g, ' ').split(' ')[1])).toEqual([
      ...['parse', 'verify', 'resolve', 'match', 'render', 'obtain', 'assume', 'audit', 'respond'],
    ])
    await page.getByText('Checks of verify').click()
    await page.getByText('signature is the issuer’s').waitFor()
    expect(await page.getByLabel('session policy', { exact: true }).innerText()).toContain(
      'arn:aws:s3:::acme-data/alice/*',
    )
    expect(requests).toEqual([`${started.origin}/api/decide/run`])
    const kept = '[JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href]'
    expect(String(await page.evaluate(kept))).not.toContain(token.slice(0, 20))
    // A reload restores no field.
    await page.reload()
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('')
    await close(opened)
  })

  it('decides about claims, asks what the session could do, and clears everything', async () => {
    const opened = await open('Decide')
    const { page } = opened
    await page.getByRole('radio', { name: 'Claims' }).check()
    await page.getByLabel('Claims of the subject').fill(STATED)
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByLabel('Action').fill('s3:GetObject')
    await page.getByLabel('Resource').fill('arn:aws:s3:::acme-data/bob/a')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('denied: no statement allows it').waitFor()
    await page.getByText('resource arn:aws:s3:::acme-data/alice/a').waitFor()
    await page.getByLabel('Resource').fill('arn:aws:s3:::acme-data/alice/a')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('allowed by statement ReadOwn').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await page.getByText('Request path').count()).toBe(0)
    await close(opened)
  })

  it('shows at which check a request is refused, and what is wrong in the form', async () => {
    const opened = await open('Decide')
    const { page } = opened
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('expected a token or claims, found nothing').waitFor()
    await page.getByRole('radio', { name: 'Claims' }).check()
    await page.getByLabel('Claims of the subject').fill('{"sub":"bob"}')
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('The broker would refuse: access_denied').waitFor()
    expect(await page.locator('.stage.refused details[open] li').count()).toBeGreaterThan(0)
    await close(opened)
  })

  it('runs the rule tests with coverage, and opens one of them as a decision', async () => {
    const opened = await open('Tests')
    const { page } = opened
    await page.getByRole('button', { name: 'Run 1 file' }).click()
    await page.getByText('1 passed, 1 failed, 0 invalid').waitFor()
    await page.getByText('rules: 1 of 1 reached').waitFor()
    await page.getByText('expected a session, found refused: access_denied').waitFor()
    await page.getByRole('link', { name: 'a test that fails' }).click()
    await page.getByText('The test "a test that fails" fails').waitFor()
    await page.getByText('The broker would refuse: access_denied').waitFor()
    await page.getByRole('combobox', { name: 'Rule test' }).selectOption({ label: 'staff read' })
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('The test "staff read" passes').waitFor()
    await close(opened)
  })

  it('lists records by filters, follows new ones, and shows all of one', async () => {
    const opened = await open('Audit')
    const { page } = opened
    const rows = () => page.getByRole('row').count()
    await page.getByText('request-119').waitFor()
    expect(await rows()).toBe(51)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('request-40', { exact: true }).waitFor()
    await sources.append([120, 121])
    await page.getByText('2 new records').waitFor()
    await page.getByText('request-121').waitFor()
    await page.getByLabel('Outcome').selectOption('refused')
    await page.getByLabel('Subject').fill('user-1')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByText('request-118').waitFor({ state: 'detached' })
    await page.getByText('request-117').waitFor()
    expect(await rows()).toBe(21)
    await sources.append([122, 123])
    await page.getByText('request-123').waitFor()
    expect(await page.getByText('request-122').count()).toBe(0)
    await page.getByRole('row').nth(1).getByRole('link').click()
    await page.getByText('no rule matches 123').first().waitFor()
    const json = await page.getByLabel('audit record', { exact: true }).innerText()
    expect(JSON.parse(json)).toMatchObject({ requestId: 'request-123' })
    await page.getByRole('link', { name: 'Back to the records' }).click()
    expect(await page.getByLabel('Subject').inputValue()).toBe('user-1')
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText('request-122').waitFor()
    await close(opened)
  })

  it('goes on where the records were unavailable for a while', async () => {
    const opened = await open('Audit')
    const { page } = opened
    await page.getByText('request-119').waitFor()
    await page.route('**/api/audit/list', (route) => route.abort())
    await page.getByText('The console does not respond').waitFor()
    expect(await page.getByText('request-119').count()).toBe(1)
    await page.unroute('**/api/audit/list')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await page.getByText('request-119').waitFor()
    await opened.close()
  })

  it('copies a trust policy, and compares one of IAM', async () => {
    const opened = await open('Trust policies', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const { page } = opened
    await page.getByRole('button', { name: /^Copy trust policy of/ }).click()
    await page.getByText('Copied').waitFor()
    const copied = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(JSON.parse(copied)).toMatchObject({ Version: '2012-10-17' })
    await page.getByText('Compare with the policy that the role has').click()
    expect(await page.getByLabel('Trust policy in IAM').inputValue()).toBe('')
    const compare = async (policy: string) => {
      await page.getByLabel('Trust policy in IAM').fill(policy)
      await page.getByRole('button', { name: 'Compare' }).click()
    }
    await compare(copied.replace('acme/reports/*', '*'))
    await page.getByText('Trusts more than is needed').waitFor()
    await compare(copied)
    await page.getByText('The role trusts exactly what it needs').waitFor()
    await close(opened)
  })

  it('shows hostile values of records, of fields and of documents as text', async () => {
    const hostile = Object.fromEntries(
      ['requestId', 'tenant', 'subject', 'code', 'reason', 'userAgent', 'grant', 'endpoint'].map(
        (name) => [name, HOSTILE],
      ),
    )
    await sources.append([900], {
      ...hostile,
      likelyCauses: [HOSTILE],
      sessionTags: { a: HOSTILE },
    })
    const opened = await open('Audit')
    const { page } = opened
    await page.getByRole('row').nth(1).getByText('\\u202e').first().waitFor()
    await page.getByRole('row').nth(1).getByRole('link').click()
    await page.getByText('Likeliest causes').waitFor()
    await expectInert(page)
    await page.getByRole('link', { name: 'Decide', exact: true }).click()
    for (const subject of ['A token', 'Claims']) {
      await page.getByRole('radio', { name: subject }).check()
      await fillAll(page)
      await page.getByRole('button', { name: 'Decide' }).click()
      await page.locator('.notice').first().waitFor()
      await expectInert(page)
    }
    const claims = JSON.stringify({ sub: HOSTILE.slice(0, 200), groups: ['staff', HOSTILE] })
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('radio', { name: 'Claims' }).check()
    await page.getByLabel('Claims of the subject').fill(claims)
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.locator('.notice').first().waitFor()
    await expectInert(page)
    for (const view of ['Tests', 'Trust policies', 'Audit']) {
      await page.getByRole('link', { name: view, exact: true }).click()
      await fillAll(page)
      await page.keyboard.press('Enter')
      await expectInert(page)
    }
    opened.expectClean()
    await opened.close()
  })

  it('is used with keys alone', async () => {
    const opened = await open('Decide')
    const { page } = opened
    await page.getByRole('radio', { name: 'A token' }).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.type('{"sub":"alice","groups":["staff"]}')
    // Past the details, to the button.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('The broker would issue a session').waitFor()
    await close(opened)
  })

  it.each([
    ['light', 320],
    ['dark', 400],
    ['light', 1280],
  ] as const)('are accessible in %s at %d pixels', async (colorScheme, width) => {
    const opened = await open('Decide', { colorScheme, viewport: { width, height: 800 } })
    const { page } = opened
    const check = async (view: string) => {
      expect([view, await findAccessibilityProblems(page)]).toEqual([view, []])
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect([view, wide]).toEqual([view, 0])
    }
    await page.getByRole('radio', { name: 'Claims' }).check()
    await page.getByLabel('Claims of the subject').fill(STATED)
    await page.getByText('More of the request').click()
    await page.getByRole('button', { name: 'Decide' }).click()
    await page.getByText('Checks of verify').click()
    await check('Decide')
    await page.getByRole('link', { name: 'Audit', exact: true }).click()
    await page.getByText('request-119').waitFor()
    await check('Audit')
    await page.getByRole('link', { name: /^2026/ }).first().click()
    await page.getByRole('heading', { name: 'The record' }).waitFor()
    await check('record')
    await page.getByRole('link', { name: 'Tests', exact: true }).click()
    await page.getByRole('button', { name: 'Run 1 file' }).click()
    await page.getByText('1 passed, 1 failed').first().waitFor()
    await check('Tests')
    await page.getByRole('link', { name: 'Trust policies', exact: true }).click()
    await page.getByText('Compare with the policy').click()
    await check('Trust policies')
    await close(opened)
  })
})

/** Fills each visible field of the page. */
async function fillAll(page: Page): Promise<void> {
  for (const field of await page
    .locator('main input:not([type=radio], [type=checkbox]), main textarea')
    .all())
    if (await field.isVisible()) await field.fill(HOSTILE)
}
