/** The journey of an edit in Chromium: the proof fails, the fix, the comparison, and the save. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, skipsChromium } from '../fixtures/chromium.ts'
import { closeAfterTests, makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { findAccessibilityProblems } from './accessible-page.ts'
import { openConsole, startTestConsole } from './started-console.ts'

const ACME = tenantDocument('acme', 'https://id.example')

/** A console with the document acme.yaml, for one test. */
async function startWithAcme() {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'acme.yaml')
  writeFileSync(file, ACME)
  return { ...(await startTestConsole({ tenantsDir: folder })), folder, file }
}

const editorOf = (page: Page) => page.getByRole('textbox', { name: /^Document/ })

describe.skipIf(skipsChromium())('the view of tenants', { timeout: 120_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await closeAfterTests(launchChromium())
  })

  it('edits a document: proof, fix, comparison, save, conflict', async () => {
    const { file, ...started } = await startWithAcme()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'acme.yaml' }).click()
    await page.getByText('The document is valid').waitFor()
    const editor = editorOf(page)
    expect(await editor.inputValue()).toBe(ACME)

    await editor.fill(ACME.replace('acme/{{user}}/*', 'acme/{{user}}*'))
    await page.getByText('NOT SEPARATE by user').first().waitFor()
    await page
      .getByRole('button', { name: /^line \d+/ })
      .first()
      .click()
    expect(await editor.evaluate('document.activeElement.id')).toBe('document-text')
    await page.getByRole('button', { name: 'Review and save' }).click()
    expect(await page.getByRole('button', { name: 'Save the file' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Back to the document' }).click()

    const fixed = ACME.replace('acme/{{user}}/*', 'acme/{{user}}/public/*')
    await editor.fill(fixed)
    await page.getByText('The document is valid').waitFor()
    await page.getByRole('button', { name: 'Review and save' }).click()
    await page.getByText('Somebody loses').waitFor()
    expect(await page.getByRole('region', { name: 'Differing lines' }).textContent()).toContain(
      'acme/{{user}}/public/*',
    )
    // Another program writes the file after the comparison.
    writeFileSync(file, `${ACME}# by another program\n`)
    await page.getByRole('button', { name: 'Save the file' }).click()
    await page.getByText('was changed by another program').waitFor()
    expect(readFileSync(file, 'utf8')).toBe(`${ACME}# by another program\n`)
    await page.getByRole('button', { name: 'Compare again' }).click()
    await page.getByText('Somebody has changed the document since you opened it').waitFor()
    await page.getByRole('button', { name: 'Save the file' }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    expect(readFileSync(file, 'utf8')).toBe(fixed)
    expectClean()
    await close()
  })

  it('suggests keys and values of the schema, with keys alone', async () => {
    const { file, ...started } = await startWithAcme()
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByLabel('New file').fill('new.yaml')
    await page.keyboard.press('Enter')
    const editor = editorOf(page)
    await editor.waitFor()
    await editor.fill('tenant: new\n')
    await editor.press('Control+End')
    await editor.press('Control+Space')
    const listed = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
    expect(await listed.allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('issuers')]),
    )
    const active = await editor.getAttribute('aria-activedescendant')
    expect(await page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true')
    await editor.press('Escape')
    expect(await listed.count()).toBe(0)
    await editor.pressSequentially('gra')
    await editor.press('ArrowDown')
    await editor.press('Enter')
    expect(await editor.inputValue()).toBe('tenant: new\ngrants: ')
    // Tab leaves the text: there is no trap.
    await editor.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).not.toBe('document-text')
    expectClean()
    await close()
  })

  it('shows a candidate, and what it would change', async () => {
    const { folder, ...started } = await startWithAcme()
    const text = ACME.replace('acme/{{user}}/*', 'acme/{{user}}/public/*')
    writeFileSync(path.join(folder, 'acme.candidate.yaml'), text)
    const { page, expectClean, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'acme.yaml' }).click()
    await page.getByRole('tab', { name: 'Candidate' }).click()
    await page.getByText('Somebody loses').waitFor()
    expect(await findAccessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Use this text in the editor' }).click()
    expect(await editorOf(page).inputValue()).toBe(text)
    expectClean()
    await close()
  })

  it('drops a candidate only after it was asked, and puts one in force', async () => {
    const { folder, ...started } = await startWithAcme()
    const text = ACME.replace('acme/{{user}}/*', 'acme/{{user}}/public/*')
    const [file, candidate] = ['acme.yaml', 'acme.candidate.yaml'].map((name) =>
      path.join(folder, name),
    )
    const { page, expectClean, close } = await openConsole(browser, started)
    for (const [buttons, said] of [
      [['Drop', 'Drop it, and lose its text'], 'The candidate was dropped'],
      [['Put in force'], 'In force'],
    ] as const) {
      writeFileSync(`${candidate}`, text)
      await page.goto(`${started.origin}/#/tenants`)
      await page.getByRole('link', { name: 'acme.yaml' }).click()
      await page.getByRole('tab', { name: 'Candidate' }).click()
      for (const name of buttons) await page.getByRole('button', { name, exact: true }).click()
      await page.getByText(said, { exact: true }).waitFor()
      expect(await page.getByRole('tab', { name: 'Candidate' }).count()).toBe(0)
      expect(existsSync(`${candidate}`)).toBe(false)
    }
    expect(readFileSync(`${file}`, 'utf8')).toBe(text)
    expect(await editorOf(page).inputValue()).toBe(text)
    expectClean()
    await close()
  })

  it('searches, and shows a new list for an empty directory', async () => {
    const { page, expectClean, close } = await openConsole(browser, await startWithAcme())
    await page.getByLabel('Search').fill('nothing')
    await page.getByText('No tenant has this in its name').waitFor()
    await page.getByLabel('Search').fill('acm')
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    await page.getByLabel('New file').fill('../up.yaml')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Expected the name of a file').waitFor()
    expectClean()
    await close()
  })

  it.each([
    ['markup', '<img src=x onerror=alert(1)><script>alert(1)</script>'],
    ['attributes', '"><svg onload=alert(1)>${alert(1)}{{7*7}}'],
    ['a URL that runs', 'javascript:alert(1)'],
    ['marks that reorder, and control characters', '\u202Eevil\u2066\u0000\u001b[31m'],
    ['half of a surrogate pair', '\ud800 half'],
    ['a very long word', 'x'.repeat(20_000)],
  ])('shows hostile values as text: %s', async (_, value) => {
    const { folder, ...started } = await startWithAcme()
    const quoted = JSON.stringify(value)
    const text = ACME.replace('name: everybody reads', `name: ${quoted}`)
      .replace('Sid: Read', `Sid: ${quoted}`)
      .replace('https://id.example', quoted)
    writeFileSync(path.join(folder, '<img src=x onerror=alert(1)>.yaml'), text)
    const { page, expectClean, close } = await openConsole(browser, started, {
      viewport: { width: 400, height: 800 },
    })
    await page.getByRole('link', { name: '<img' }).click()
    await page.locator('.findings li').first().waitFor()
    await editorOf(page).fill(`${text}\n${value}: ${value}`)
    await page.getByRole('button', { name: 'Review and save' }).click()
    await page.locator('.lines').waitFor()
    expect(await page.locator('main img, main script, main svg').count()).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    expect(await page.locator('main').textContent()).not.toMatch(/[\u202e\u2066]/)
    expectClean()
    await close()
  })

  it.each(['light', 'dark'] as const)(
    'is accessible in %s, at every width',
    async (colorScheme) => {
      const started = await startWithAcme()
      for (const width of [320, 1280]) {
        const options = { colorScheme, viewport: { width, height: 800 } }
        const { page, expectClean, close } = await openConsole(browser, started, options)
        await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
        expect(await findAccessibilityProblems(page)).toEqual([])
        await page.getByRole('link', { name: 'acme.yaml' }).click()
        await page.getByText('The document is valid').waitFor()
        await editorOf(page).fill(ACME.replace('acme/{{user}}/*', 'acme/{{user}}*'))
        await page.getByText('NOT SEPARATE by user').first().waitFor()
        await editorOf(page).press('Control+Space')
        expect(await findAccessibilityProblems(page)).toEqual([])
        // The suggestions cover what is below them.
        await editorOf(page).press('Escape')
        await page.getByRole('button', { name: 'Review and save' }).click()
        await page.locator('.lines').waitFor()
        expect(await findAccessibilityProblems(page)).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
        expectClean()
        await close()
      }
    },
  )

  it('says why a list cannot be read, and reads it again', async () => {
    const { folder, ...started } = await startWithAcme()
    const { page, close } = await openConsole(browser, started)
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    await page.route('**/api/tenants/list', (route) => route.abort())
    await page.getByLabel('Search').fill('a')
    await page.getByText('The console does not respond').waitFor()
    await page.unroute('**/api/tenants/list')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'acme.yaml' }).waitFor()
    await close()
  })
})
