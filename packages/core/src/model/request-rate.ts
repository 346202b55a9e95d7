/** How many requests are admitted in which time, as documents and settings write it. */

/** A bucket of `burst` requests, into which `requests` more are put in `seconds`. */
export interface RateLimit {
  readonly requests: number
  readonly seconds: number
  readonly burst: number
}

/** Of one tenant. What is absent is not limited by it. */
export interface TenantLimits {
  /** All requests that the tenant accepted. */
  readonly tenant?: RateLimit
  /** Those of each of its subjects. */
  readonly subject?: RateLimit
  /** Those from each client address. */
  readonly clientAddress?: RateLimit
}

/** Of the whole deployment. What is absent is not limited. */
export interface StageLimits extends TenantLimits {
  /** Requests from each client address that were refused and that no tenant accepted. */
  readonly refused?: RateLimit
}

export const TENANT_LIMITS = ['tenant', 'subject', 'clientAddress'] as const

/** The seconds of each rate that can be written. */
const RATES = { requestsPerSecond: 1, requestsPerMinute: 60, requestsPerHour: 3600 } as const

type RateName = keyof typeof RATES
const RATE_NAMES: readonly RateName[] = [
  'requestsPerSecond',
  'requestsPerMinute',
  'requestsPerHour',
]

export const MAX_LIMIT = 1_000_000
const MAX_FILL_SECONDS = 86_400

/** A limit before it is checked: one of the rates, and the burst. */
export type WrittenLimit = Readonly<Partial<Record<RateName | 'burst', number | undefined>>>

export interface LimitProblem {
  /** The field that is wrong; undefined: the limit as a whole. */
  readonly field: string | undefined
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly hint: string
}

/**
 * Without a burst, it is the number of the rate. A limit of 0 is refused: it would look like no
 * limit, and nobody could call.
 */
export function readRateLimit(written: WrittenLimit): RateLimit | LimitProblem {
  const named = RATE_NAMES.filter((name) => written[name] !== undefined)
  const [rate] = named
  const requests = rate && written[rate]
  if (rate === undefined || requests === undefined || named.length > 1)
    return {
      field: undefined,
      message: `the limit has ${rate === undefined ? 'no rate' : `${named.length} rates`}`,
      hint: `write one of ${RATE_NAMES.join(', ')}, and optionally burst`,
    }
  const { burst = requests } = written
  for (const [field, value] of Object.entries({ [rate]: requests, burst }))
    if (!Number.isInteger(value) || value < 1 || value > MAX_LIMIT) return outOfRange(field, value)
  const seconds = RATES[rate]
  const fillSeconds = (burst * seconds) / requests
  const mostADay = Math.floor((MAX_FILL_SECONDS * requests) / seconds)
  if (fillSeconds > MAX_FILL_SECONDS)
    return {
      field: 'burst',
      message:
        `it would take ${Math.round(fillSeconds / 3600)} h until a burst of ${burst} requests is ` +
        'admitted again',
      hint: `write at most ${mostADay}, which takes a day`,
    }
  return { requests, seconds, burst }
}

function outOfRange(field: string, value: number): LimitProblem {
  const hint = `write an integer from 1 to ${MAX_LIMIT}, or remove the limit`
  return { field, message: `the value ${value} is out of range`, hint }
}
