/** The operator console in this process, and pages of it in Chromium that must stay clean. */
import { type Browser, type BrowserContextOptions, errors, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type {
  ConsoleContext,
  ConsoleSources,
} from '../../packages/cli/src/console/console-context.ts'
import { startConsole } from '../../packages/cli/src/console/console-server.ts'
import { closeAfterTests } from '../fixtures/index.ts'

export interface StartedConsole {
  /** With the access key. */
  readonly url: string
  readonly origin: string
  /** What the console wrote to the operator's terminal. */
  readonly messages: readonly string[]
  /** As the page calls. */
  call(name: string, input: unknown): Promise<{ status: number; body: unknown }>
}

/** @param env of the operator, such as AWS credentials */
export async function startTestConsole(
  sources: Partial<ConsoleSources>,
  env: NodeJS.ProcessEnv = {},
): Promise<StartedConsole> {
  const messages: string[] = []
  const stderr = Object.assign(Object.create(process.stderr), {
    write: (text: string) => messages.push(text) > 0,
  })
  const terminal: ConsoleContext['terminal'] = {
    ...{ env, stdin: process.stdin, stdout: process.stdout, stderr, print: () => undefined },
  }
  const context = { sources: { records: [], ...sources }, terminal, now: Date.now }
  const { url } = await closeAfterTests(startConsole(context, 0))
  const { origin, hash } = new URL(url)
  const key = hash.replace('#key=', '')
  const call = async (name: string, input: unknown) => {
    const response = await fetch(`${origin}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return { status: response.status, body: await response.json() }
  }
  return { url, origin, messages, call }
}

export interface ConsolePage {
  readonly page: Page
  /** No error, no violation of the policy, and no request to another server. */
  expectClean(): void
  close(): Promise<void>
}

export async function openConsole(
  browser: Browser,
  { url, origin }: Pick<StartedConsole, 'url' | 'origin'>,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    // Chromium reports violations of the policy as errors, too.
    if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text()))
      problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) problems.push(`request to ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    problems.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addInitScript(`
    window.violations = []
    addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(event.violatedDirective + ' ' + event.blockedURI))
  `)
  await page.goto(url)
  return {
    page,
    expectClean: () => expect(problems).toEqual([]),
    close: async () => {
      const violations = await page.evaluate('window.violations').catch((error: unknown) => {
        if (error instanceof errors.TimeoutError) throw error
        return []
      })
      expect(violations).toEqual([])
      await context.close()
    },
  }
}
