/**
 * Runs tests with independently written identity providers. Where one is not installed, its tests
 * are skipped, but fail in CI.
 */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Product, Program, SamlProduct } from './providers/identity-provider.ts'
import {
  missingFiles,
  type RunningProvider,
  type RunningSamlProvider,
  startProvider,
  startSamlProvider,
} from './providers/start-provider.ts'

/** For OpenID Connect; see {@link describeWithProgram}. */
export function describeWithProvider<Started extends object>(
  product: Product,
  title: string,
  start: (provider: RunningProvider) => Promise<Started>,
  define: (started: () => Started & { readonly provider: RunningProvider }) => void,
): void {
  describeWithProgram(product, title, () => startProvider(product), start, define)
}

/** For SAML; see {@link describeWithProgram}. */
export function describeWithSamlProvider<Started extends object>(
  product: SamlProduct,
  title: string,
  start: (provider: RunningSamlProvider) => Promise<Started>,
  define: (started: () => Started & { readonly provider: RunningSamlProvider }) => void,
): void {
  describeWithProgram(product, title, () => startSamlProvider(product), start, define)
}

/**
 * @param start starts what the tests need beside the provider
 * @param define defines the tests; what was started is available while they run
 */
function describeWithProgram<Provider extends Closeable, Started extends object>(
  program: Program,
  title: string,
  run: () => Promise<Provider>,
  start: (provider: Provider) => Promise<Started>,
  define: (started: () => Started & { readonly provider: Provider }) => void,
): void {
  describe.skipIf(isMissing(program))(`${program.name}: ${title}`, () => {
    let provider: Provider | undefined
    let started: (Started & { readonly provider: Provider }) | undefined
    beforeAll(async () => {
      provider = await run()
      started = { ...(await start(provider)), provider }
    })
    afterAll(() => provider?.close())
    define(() => {
      if (!started) throw new Error(`Use ${program.name} in a test.`)
      return started
    })
  })
}

interface Closeable {
  close(): Promise<void>
}

function isMissing(program: Program): boolean {
  const missing = missingFiles(program)
  if (missing.length === 0 || process.env.CI) return false
  console.warn(`Skipped: ${program.name} is not installed; there is no ${missing.join(', ')}.`)
  return true
}
