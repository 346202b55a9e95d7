/** Limits for a subject or an address that the tenant's limit keeps from being reached. */
import { describe, expect, it } from 'vitest'
import { readRateLimit, type TenantLimits } from '../../../packages/core/src/model/request-rate.ts'
import { createLimiter } from '../../../packages/functions/src/adapters/limits/create-limiter.ts'
import { documentWith, findingsOf } from './lint-text.ts'

const TENANT = { requestsPerSecond: 2, burst: 4 }

function findingsFor(limits: object): string[] {
  return findingsOf(documentWith(`limits: ${JSON.stringify(limits)}\n`))
}

const UNREACHABLE = [
  ['the same', TENANT],
  ['a higher rate', { requestsPerSecond: 3, burst: 4 }],
  ['a larger burst', { requestsPerMinute: 120, burst: 5 }],
  ['the same rate per hour', { requestsPerHour: 7_200, burst: 4 }],
] as const
const REACHABLE = [
  ['a lower rate', { requestsPerSecond: 1, burst: 4 }],
  ['a lower rate per minute, and a larger burst', { requestsPerMinute: 90, burst: 100 }],
  ['a smaller burst, and a higher rate', { requestsPerSecond: 50, burst: 3 }],
] as const

describe.each(['subject', 'clientAddress'] as const)('a limit %s', (name) => {
  it.each(UNREACHABLE)('with %s is reported, and is never reached first', (_what, limit) => {
    expect(findingsFor({ tenant: TENANT, [name]: limit })).toEqual([
      `unreachable-limit limits.${name}`,
    ])
    expect(limitsReached({ tenant: TENANT, [name]: limit })).toEqual(new Set(['tenant']))
  })

  it.each(REACHABLE)('with %s is not reported, and is reached', (_what, limit) => {
    expect(findingsFor({ tenant: TENANT, [name]: limit })).toEqual([])
    expect(limitsReached({ tenant: TENANT, [name]: limit })).toContain(name)
  })

  it('is not reported without one of the tenant, or with one that is no limit', () => {
    expect(findingsFor({ [name]: TENANT })).toEqual([])
    expect(findingsFor({ tenant: { burst: 4 }, [name]: TENANT })).toEqual([])
  })
})

/** Many at once, then more than two in a second. */
const PAUSES_MS = [2_000, 0, 0, 0, 0, 0, 0, 100, 300, 200, 100, 499, 10]

/** The limits that one caller exceeds, who sends at many rates for ten minutes. */
function limitsReached(written: Readonly<Record<string, object>>): Set<string | undefined> {
  const limits: TenantLimits = Object.fromEntries(
    Object.entries(written).map(([name, limit]) => [name, readRateLimit(limit)]),
  )
  let nowMs = 0
  const limiter = createLimiter({}, () => nowMs)
  const caller = { tenant: { tenant: 'orchard', limits }, issuer: 'i', subject: 's' }
  const reached = new Set<string | undefined>()
  for (let sent = 0; nowMs < 600_000; sent++) {
    nowMs += PAUSES_MS[sent % PAUSES_MS.length] ?? 0
    const exceeded = limiter.visit('203.0.113.7').admit(caller, undefined)
    if (exceeded) reached.add(exceeded.limit)
  }
  return reached
}
