/** Checks that a document has callers, and rules for them. */
import type { Report } from './document-problem.ts'
import type { PlacedPool } from './pools/compile-pools.ts'

/**
 * Guests of an identity pool have no issuer, and no rule leads to their grant, so a document with
 * nothing but guests needs neither.
 * @param document parts of the wrong shape are reported by the shape check
 */
export function checkReachable(
  document: Readonly<Record<string, unknown>>,
  pools: readonly PlacedPool[],
  report: Report,
): void {
  if (pools.some(({ guestGrant }) => guestGrant !== undefined)) return
  for (const field of ['issuers', 'rules']) {
    const value = document[field]
    if (Array.isArray(value) && value.length === 0)
      report([field], 'the value is empty', 'write at least 1 item')
  }
}
