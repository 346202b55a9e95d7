/** Runs tests with a broker in front of Ceph. Without Ceph they are skipped, but fail in CI. */
import { afterAll, beforeAll, describe } from 'vitest'
import { type CephEnvironment, type ExtraGrants, startCephEnvironment } from './ceph-environment.ts'
import { missingPackages } from './cluster/start-ceph.ts'

/**
 * @param extraGrants added to those of the tenants
 * @param define defines the tests; the environment is available while they run
 */
export function describeAtCeph(
  title: string,
  extraGrants: ExtraGrants,
  define: (environment: () => CephEnvironment) => void,
): void {
  describe.skipIf(isCephMissing())(title, { timeout: 120_000 }, () => {
    let started: CephEnvironment | undefined
    beforeAll(async () => {
      started = await startCephEnvironment(extraGrants)
    }, 120_000)
    afterAll(() => started?.stop(), 60_000)
    define(() => {
      if (!started) throw new Error('Ceph is not running yet; use it in a test or in beforeAll.')
      return started
    })
  })
}

/** Prints what is missing. */
export function isCephMissing(): boolean {
  const missing = missingPackages()
  if (missing.length === 0 || process.env.CI) return false
  console.warn(`Skipped: these Debian packages are not installed: ${missing.join(', ')}.`)
  return true
}
