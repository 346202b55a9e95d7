/**
 * Runs tests with independently written identity providers. Where one is not installed, its tests
 * are skipped, but fail in CI.
 */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Product } from './providers/identity-provider.ts'
import { missingFiles, type RunningProvider, startProvider } from './providers/start-provider.ts'

/**
 * @param start starts what the tests need beside the provider
 * @param define defines the tests; what was started is available while they run
 */
export function describeWithProvider<Started extends object>(
  product: Product,
  title: string,
  start: (provider: RunningProvider) => Promise<Started>,
  define: (started: () => Started & { readonly provider: RunningProvider }) => void,
): void {
  describe.skipIf(isMissing(product))(`${product.name}: ${title}`, () => {
    let provider: RunningProvider | undefined
    let started: (Started & { readonly provider: RunningProvider }) | undefined
    beforeAll(async () => {
      provider = await startProvider(product)
      started = { ...(await start(provider)), provider }
    })
    afterAll(() => provider?.close())
    define(() => {
      if (!started) throw new Error(`Use ${product.name} in a test.`)
      return started
    })
  })
}

function isMissing(product: Product): boolean {
  const missing = missingFiles(product)
  if (missing.length === 0 || process.env.CI) return false
  console.warn(`Skipped: ${product.name} is not installed; there is no ${missing.join(', ')}.`)
  return true
}
