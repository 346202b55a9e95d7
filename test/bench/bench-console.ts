/**
 * `npm run bench:console`: the built console in Chromium, with a folder of 10,000 documents: how
 * soon the first view shows tenants, and what other views and reviews take. Each turn of the first
 * view has a new window with an empty cache, and ends when the rows of the table have been painted.
 * A page with nothing but one row, in turns with it, shows what Chromium and a busy machine take.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../fixtures/chromium.ts'
import { startServer } from '../fixtures/http-server.ts'
import { tenantDocument } from '../fixtures/tenant-document.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../../packages/cli/dist/main.mjs')
const TENANTS = Number(process.argv[2] ?? 10_000)
const TURNS = 9
const ISSUER = 'https://id.example'
/** Opening a window starts processes of Chromium, which are no part of loading a page. */
const WINDOW_OPENS_MS = 1_000
/** The first decision compiles all documents. */
const LONG_MS = 300_000

const folder = mkdtempSync(path.join(tmpdir(), 'bench-console-'))
for (let at = 0; at < TENANTS; at++)
  writeFileSync(path.join(folder, `t${at}.yaml`), tenantDocument(`t${at}`, ISSUER))
const program = await startProgram()
const barePage = await startServer((_, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<!doctype html><table><tbody><tr><td>t0</table>')
})
const browser = await launchChromium()
try {
  console.log(`${TENANTS} documents`)
  const views: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    views.push(await timeToRows(program.url))
    bare.push(await timeToRows(barePage.url))
  }
  console.log(`first view: ${spread(views)}`)
  console.log(`page with one row: ${spread(bare)}`)
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(LONG_MS)
  await page.goto(program.url)
  await measureSteps(page)
  console.log(`memory of the console: ${residentMb(program.child.pid)} MB`)
} finally {
  await browser.close()
  await barePage.close()
  program.child.kill()
  await once(program.child, 'close')
  rmSync(folder, { recursive: true })
}

async function startProgram() {
  const args = [PROGRAM, 'console', '--tenants', folder, '--endpoint', 'https://broker.example']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(child.stdout, 'data')
  return { child, url: String(line).trim() }
}

/** From the start of the navigation to the first frame after the rows are in the page. */
async function timeToRows(url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(`
    window.shownMs = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (document.querySelector('tbody tr') === null) return
        observer.disconnect()
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      }).observe(document, { childList: true, subtree: true })
    })
  `)
  await page.waitForTimeout(WINDOW_OPENS_MS)
  await page.goto(url)
  const elapsed = Number(await page.evaluate('window.shownMs'))
  await context.close()
  return elapsed
}

async function measureSteps(page: Page): Promise<void> {
  const named = (name: string) => page.getByRole('link', { name, exact: true })
  const last = `t${TENANTS - 1}`
  await measured('search of a tenant', async () => {
    await page.getByLabel('Search').fill(`${last}.`)
    await page.getByText('(1 of 1)').waitFor()
  })
  await measured('documents compiled ahead', async () => {
    await named(`${last}.yaml`).click()
    await page.getByText('Compiling the documents').waitFor()
    await page.getByText('Compiling the documents').waitFor({ state: 'detached' })
  })
  for (const turn of ['first', 'second', 'third'])
    await measured(`${turn} review`, async () => {
      await page.getByRole('textbox', { name: 'Document' }).press('Control+End')
      await page.keyboard.type('# changed\n')
      await page.getByRole('button', { name: 'Review and save' }).click()
      await page.getByRole('button', { name: 'Save the file' }).waitFor()
    })
  await measured('save', async () => {
    await page.getByRole('button', { name: 'Save the file' }).click()
    await page.getByText('Saved').first().waitFor()
  })
  await named('Decide').click()
  await page.getByRole('radio', { name: 'Claims' }).check()
  for (const turn of ['first', 'second', 'third'])
    await measured(`${turn} decision`, async () => {
      const claims = { iss: ISSUER, aud: `${last}-app`, sub: `${turn}-caller` }
      await page.getByLabel('Claims of the subject').fill(JSON.stringify(claims))
      await page.getByRole('button', { name: 'Decide' }).click()
      await page.getByText(`/${turn}-caller/`).first().waitFor()
    })
  await measured('trust policies', async () => {
    await named('Trust policies').click()
    await page.getByText(`50 of ${TENANTS} roles`).waitFor()
  })
  await measured('search of a role', async () => {
    await page.getByLabel('Role or tenant').fill(`${last}-app`)
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('1 of 1 roles').waitFor()
  })
}

async function measured(name: string, run: () => Promise<unknown>): Promise<void> {
  const started = performance.now()
  await run()
  console.log(`${name}: ${ms(performance.now() - started)}`)
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const [fastest = 0, median = 0, slowest = 0] = [0, TURNS >> 1, TURNS - 1].map((at) => sorted[at])
  return `${ms(median)} (from ${ms(fastest)} to ${ms(slowest)}, ${TURNS} turns)`
}

function ms(time: number): string {
  return time < 10_000 ? `${time.toFixed(0)} ms` : `${(time / 1000).toFixed(1)} s`
}

/** On Linux. */
function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
