/** What an operator reads about a limit that was reached. */
import type { LimitName, RateLimit } from '@token-broker/core'

export interface ReachedLimit {
  readonly limit: LimitName
  readonly rate: RateLimit
  /** Whose document has it; undefined: the stage has it. */
  readonly tenant: string | undefined
  readonly retryAfterSeconds: number
}

const WHAT: Readonly<Record<LimitName, string>> = {
  tenant: 'requests of the tenant',
  subject: 'requests of the subject',
  clientAddress: 'requests from the client address',
  refused: 'refused requests from the client address',
}

const PERIODS: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3600: 'hour' }

export function describeLimit({ limit, rate, tenant, retryAfterSeconds }: ReachedLimit): string {
  const { requests, seconds, burst } = rate
  const place =
    tenant === undefined
      ? `limits.${limit} of the stage, BROKER_LIMITS`
      : `limits.${limit} of tenant ${tenant}`
  return (
    `Too many ${WHAT[limit]}: expected at most ${requests} per ${PERIODS[seconds]}, and ${burst} ` +
    `at once, in one function environment (${place}), found more; the next one is admitted in ` +
    `${retryAfterSeconds} s; find out who sends them, or raise the limit.`
  )
}
