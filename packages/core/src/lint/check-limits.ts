/** Finds limits for callers that the limit of the tenant keeps from being reached. */
import { type RateLimit, readRateLimit } from '../model/request-rate.ts'
import type { LintedDocument, LintRule } from './lint-context.ts'

type WrittenLimits = NonNullable<LintedDocument['limits']>

/** Each of them counts a part of the requests that the tenant's limit counts. */
const PARTS = {
  subject: 'one subject',
  clientAddress: 'one client address',
} as const satisfies Partial<Record<keyof WrittenLimits, string>>

/**
 * A bucket that is at least as large as the tenant's and is filled at least as quickly, but serves
 * only a part of its requests, is never empty before the tenant's is.
 */
export const checkLimits: LintRule = ({ document: { limits = {} } }, report) => {
  const tenant = rateOf(limits.tenant)
  if (tenant === undefined) return
  for (const name of ['subject', 'clientAddress'] as const) {
    const part = rateOf(limits[name])
    if (part === undefined || isReachable(part, tenant)) continue
    report(
      'unreachable-limit',
      ['limits', name],
      `the limit ${name} is never reached: it admits ${describe(part)} of ${PARTS[name]}, and ` +
        `the limit tenant admits ${describe(tenant)} of all callers together`,
      `write a lower rate or a lower burst than that of tenant, or remove ${name}`,
    )
  }
}

/** @returns undefined where there is none, or one that does not compile */
function rateOf(written: WrittenLimits[keyof WrittenLimits]): RateLimit | undefined {
  const limit = written && readRateLimit(written)
  return limit === undefined || 'hint' in limit ? undefined : limit
}

/** Whether one caller can use it up before the callers use up the whole. */
function isReachable(part: RateLimit, whole: RateLimit): boolean {
  return part.burst < whole.burst || perSecond(part) < perSecond(whole)
}

function perSecond({ requests, seconds }: RateLimit): number {
  return requests / seconds
}

function describe({ requests, seconds, burst }: RateLimit): string {
  return `${requests} requests in ${seconds} s and ${burst} at once`
}
