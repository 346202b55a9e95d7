/** Whether the tests of this folder cannot run here; in CI they must. */
import { missingPackages } from './cluster/start-ceph.ts'

export function cephIsMissing(): boolean {
  const missing = missingPackages()
  if (missing.length === 0 || process.env.CI) return false
  console.warn(`skipped, for want of Debian's ${missing.join(', ')}`)
  return true
}
