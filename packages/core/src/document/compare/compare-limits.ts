/** Who gains or loses by a change of limits for callers. */
import { type RateLimit, TENANT_LIMITS, type TenantLimits } from '../../model/request-rate.ts'
import type { TenantChange } from './document-change.ts'

/** With a higher rate and a smaller burst, or the reverse, some gain and others lose. */
export function compareLimits(
  before: TenantLimits | undefined,
  after: TenantLimits | undefined,
): TenantChange[] {
  return TENANT_LIMITS.flatMap((name): TenantChange[] => {
    const [old, now] = [before?.[name], after?.[name]]
    const what = `${shownLimit(old)} before, ${shownLimit(now)} now`
    const effects = [isMore(rateOf(old), rateOf(now)), isMore(burstOf(old), burstOf(now))]
    const [gains, loses] = [effects.includes('gain'), effects.includes('loss')]
    if (!gains && !loses) return []
    const effect = gains && loses ? 'unknown' : gains ? 'gain' : 'loss'
    return [{ part: `limits.${name}`, effect, what }]
  })
}

function isMore(before: number, after: number): 'gain' | 'loss' | undefined {
  if (before === after) return undefined
  return after > before ? 'gain' : 'loss'
}

function rateOf(limit: RateLimit | undefined): number {
  return limit ? limit.requests / limit.seconds : Number.POSITIVE_INFINITY
}

function burstOf(limit: RateLimit | undefined): number {
  return limit ? limit.burst : Number.POSITIVE_INFINITY
}

function shownLimit(limit: RateLimit | undefined): string {
  if (limit === undefined) return 'the limit of the stage, if any,'
  return `${limit.requests} requests in ${limit.seconds} s and ${limit.burst} at once`
}
