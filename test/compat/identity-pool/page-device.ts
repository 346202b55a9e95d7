/** Apps in pages of Chromium: the same devices as in Node.js, used from a test. */
import path from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium, serveModule } from '../../fixtures/chromium.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { amplifyKey } from './amplify-device.ts'
import type { PoolDevice, PoolLocation } from './pool-device.ts'

type AppOfPage = 'startAmplifyApp' | 'startIdentityProviderApp' | 'startPoolProviderApp'

export interface PoolPages {
  readonly origin: string
  /** A page of a new browser profile, with nothing stored. */
  newPage(): Promise<Page>
}

const PAGE = path.join(import.meta.dirname, 'pool-page.ts')
/** As the field `browser` of the package says, which esbuild does not apply to a main file. */
const BROWSER_MODULES = {
  '@aws-sdk/credential-providers': '@aws-sdk/credential-providers/dist-es/index.browser.js',
}

export async function startPoolPages(): Promise<PoolPages> {
  const server = await closeAfterTests(serveModule(PAGE, BROWSER_MODULES))
  const browser = await closeAfterTests(launchChromium())
  return {
    origin: server.url,
    newPage: async () => {
      const page = await (await browser.newContext()).newPage()
      await page.goto(server.url)
      return page
    },
  }
}

/** Starts an app in the page; after `page.reload()`, it has to be started again. */
export async function startAppInPage(
  page: Page,
  app: AppOfPage,
  location: PoolLocation,
  storedId?: string,
): Promise<PoolDevice> {
  const isAmplify = app === 'startAmplifyApp'
  if (isAmplify && storedId !== undefined)
    await page.evaluate(
      `localStorage.setItem('${amplifyKey(location.poolId)}', ${JSON.stringify(storedId)})`,
    )
  const given = isAmplify || storedId === undefined ? [location] : [location, storedId]
  await page.evaluate(`import('/module.js').then((module) => {
    globalThis.app = module.${app}(...${JSON.stringify(given)})
  })`)
  return {
    session: (token) => evaluateInPage(page, `app.session(${JSON.stringify(token)})`),
    signOut: () => evaluateInPage(page, 'app.signOut()'),
  }
}

/** @throws an error with the name of the page's error */
export async function evaluateInPage<Result>(page: Page, expression: string): Promise<Result> {
  const work = `(async () => ({ result: await ${expression} }))()`
  const outcome: { result: Result } | { name: string; message: string } = await page.evaluate(
    `${work}.catch(({ name, message }) => ({ name, message }))`,
  )
  if ('result' in outcome) return outcome.result
  throw Object.assign(new Error(outcome.message), { name: outcome.name })
}
