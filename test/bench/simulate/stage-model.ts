/** What a simulation of a stage assumes, and what it counts. */
import type { Duration } from './random.ts'
import type { RateLimit } from './rate-limit.ts'
import type { CacheModel } from './simulated-cache.ts'

export interface Arrival {
  /** In milliseconds from the start. */
  readonly at: number
  readonly tenant: number
  readonly subject: number
}

export interface StageModel {
  readonly seed: number
  /** Requests, which do not wait for one another (a Poisson process). */
  readonly perSecond: number
  /** Instead of those of the Poisson process. */
  readonly arrivals?: readonly Arrival[]
  readonly tenants: number
  /** Of the popularity of tenants. */
  readonly zipfExponent: number
  /** Tenants share them in equal parts. */
  readonly issuers: number
  /** Identities of each tenant, equally active. */
  readonly subjects: number
  /** Part of the requests whose web identity is minted, and therefore signed by KMS. */
  readonly minted: number
  /** Requests at the same time; an environment has one at a time. */
  readonly concurrency: number
  /** New environments. */
  readonly scaling: RateLimit
  readonly whenFull: 'refuse' | 'wait'
  readonly idleMs: number
  readonly caches: {
    /** Who trusts an issuer, and documents of tenants: one cache for each. */
    readonly table: CacheModel
    readonly keys: CacheModel
    /** Undefined: sessions are not reused. */
    readonly sessions: CacheModel | undefined
  }
  readonly durations: {
    /** Before an environment serves its first request. */
    readonly cold: Duration
    /** CPU time of a request. */
    readonly work: Duration
    readonly reusedWork: Duration
    readonly tableRead: Duration
    readonly keyFetch: Duration
    readonly kms: Duration
    readonly sts: Duration
    /** Before the second attempt after KMS or STS throttled the first; doubled for the third. */
    readonly pause: Duration
  }
  /** Calls of one request to KMS, and to STS. */
  readonly attempts: number
  /** Undefined: not limited. */
  readonly limits: {
    readonly gateway?: RateLimit | undefined
    readonly kms?: RateLimit | undefined
    readonly sts?: RateLimit | undefined
  }
  /** The results are of the `countedMs` after that. */
  readonly warmUpMs: number
  readonly countedMs: number
}

export interface StageCounts {
  requests: number
  issued: number
  reused: number
  /** Refused by API Gateway, and by Lambda, before the broker saw them. */
  gatewayThrottled: number
  lambdaThrottled: number
  /** By the broker, because KMS or STS throttled every attempt. */
  upstreamThrottled: number
  coldStarts: number
  tableReads: number
  tableLookups: number
  tableHits: number
  keyFetches: number
  keyLookups: number
  keyHits: number
  kmsCalls: number
  stsCalls: number
  /** Time in which environments were busy, for which Lambda is paid; cold starts included. */
  busyMs: number
  peakBusy: number
  peakEnvironments: number
  /** Of requests that the broker answered, with waits, in milliseconds. */
  readonly latencies: number[]
}

export function newCounts(): StageCounts {
  return {
    ...{ requests: 0, issued: 0, reused: 0 },
    ...{ gatewayThrottled: 0, lambdaThrottled: 0, upstreamThrottled: 0, coldStarts: 0 },
    ...{ tableReads: 0, tableLookups: 0, tableHits: 0 },
    ...{ keyFetches: 0, keyLookups: 0, keyHits: 0, kmsCalls: 0, stsCalls: 0 },
    ...{ busyMs: 0, peakBusy: 0, peakEnvironments: 0, latencies: [] },
  }
}

/** @param part 0.5 for the median */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
