/** Counts requests by client address, tenant and subject; loaded lazily by `caller-limits.ts`. */
import { hash } from 'node:crypto'
import type {
  AcceptedCaller,
  ExceededLimit,
  LimitName,
  RateLimit,
  RefusalCode,
  RequestFields,
  StageLimits,
  TenantLimits,
} from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import { networkOf } from '../network-of.ts'
import { createTokenBuckets, type TokenBuckets } from '../token-buckets.ts'
import { describeLimit } from './describe-limit.ts'

export interface Limiter {
  /** @param clientIp of the connection; empty: unknown, so that all such callers are one */
  visit(clientIp: string): Visit
}

/** One request. Each method returns the limit that it exceeds, if any. */
interface Visit {
  countAddress(): ExceededLimit | undefined
  recognize(fields: object): ExceededLimit | undefined
  /** @param fields what {@link recognize} got */
  admit(caller: AcceptedCaller, fields: object | undefined): ExceededLimit | undefined
  /** @param code undefined: the request was not refused */
  finish(code: RefusalCode | undefined): void
}

/** A limit with the bucket to which it applies. */
interface Counted {
  readonly buckets: TokenBuckets
  readonly key: string
  readonly rate: RateLimit
  readonly limit: LimitName
  /** Whose document has it; undefined: the stage has it. */
  readonly tenant: string | undefined
}

type TenantBuckets = Readonly<Record<keyof TenantLimits, TokenBuckets>>

/** Whose token it is, by the verification of a moment ago. */
interface KnownToken {
  readonly caller: AcceptedCaller
  readonly counted: readonly Counted[]
  readonly untilMs: number
}

/** Of each kind of bucket; some 3 MB. */
const MAX_KEYS = 20_000
/** Some 5 MB. */
const MAX_TOKENS = 10_000
/** Afterwards, a token is verified again before it is refused by its subject's limit. */
const KNOWN_MS = 300_000

/** Faults of callers. A nonce that is missing is how each proof begins. */
const COUNTED_REFUSALS: ReadonlySet<RefusalCode | undefined> = new Set([
  ...(['invalid_request', 'invalid_token', 'issuer_untrusted', 'token_expired'] as const),
  ...(['invalid_dpop_proof', 'access_denied', 'claim_unusable'] as const),
])

/** @param ageClock in milliseconds, from a clock that is never set back */
export function createLimiter(stage: StageLimits, ageClock: () => number): Limiter {
  const startMs = ageClock()
  const nowNs = () => Math.floor((ageClock() - startMs) * 1e6)
  const addresses = createTokenBuckets(MAX_KEYS)
  const refusals = createTokenBuckets(MAX_KEYS)
  const ofTenants: TenantBuckets = {
    tenant: createTokenBuckets(MAX_KEYS),
    subject: createTokenBuckets(MAX_KEYS),
    clientAddress: createTokenBuckets(MAX_KEYS),
  }
  const tokens = createLruMap<KnownToken | undefined>(MAX_TOKENS)

  return {
    visit(clientIp) {
      const network = networkOf(clientIp)
      const address = counted(addresses, network, stage.clientAddress, 'clientAddress')
      const refused = counted(refusals, network, stage.refused, 'refused')
      let token: string | undefined
      let isAccepted = false
      return {
        countAddress: () => takeAll(address, nowNs(), undefined),
        recognize(fields) {
          token = digestOfToken(fields)
          const known = token === undefined ? undefined : tokens.get(token)
          // Who has not the exact token learns nothing of its caller's limits, nor uses them up.
          if (known && known.untilMs > ageClock())
            return firstExceeded(known.counted, nowNs(), known.caller)
          return firstExceeded(refused, nowNs(), undefined)
        },
        admit(caller, fields) {
          isAccepted = true
          token ??= fields && digestOfToken(fields)
          const all = countedOf(caller, network, stage, ofTenants)
          if (token !== undefined)
            tokens.set(token, { caller, counted: all, untilMs: ageClock() + KNOWN_MS })
          return takeAll(all, nowNs(), caller)
        },
        finish(code) {
          if (isAccepted || !COUNTED_REFUSALS.has(code)) return
          if (token !== undefined) tokens.set(token, undefined)
          for (const { buckets, key, rate } of refused) buckets.take(key, rate, nowNs())
        },
      }
    },
  }
}

/** A tenant's limit replaces the stage's, except that of client addresses, which is another one. */
function countedOf(
  { tenant: { tenant, limits = {} }, issuer, subject }: AcceptedCaller,
  network: string,
  stage: StageLimits,
  buckets: TenantBuckets,
): readonly Counted[] {
  const ofTenant = limits.tenant ?? stage.tenant
  const ofSubject = limits.subject ?? stage.subject
  const place = (own: RateLimit | undefined) => (own ? tenant : undefined)
  return [
    ...counted(buckets.tenant, tenant, ofTenant, 'tenant', place(limits.tenant)),
    ...(subject === undefined
      ? []
      : counted(
          buckets.subject,
          digest([tenant, issuer, subject]),
          ofSubject,
          'subject',
          place(limits.subject),
        )),
    ...counted(
      buckets.clientAddress,
      `${tenant} ${network}`,
      limits.clientAddress,
      'clientAddress',
      tenant,
    ),
  ]
}

/** @param tenant whose document has the limit; undefined: the stage has it */
function counted(
  buckets: TokenBuckets,
  key: string,
  rate: RateLimit | undefined,
  limit: LimitName,
  tenant?: string,
): readonly Counted[] {
  return rate === undefined ? [] : [{ buckets, key, rate, limit, tenant }]
}

/** Takes one request out of each bucket, or out of none: a refused request uses nothing up. */
function takeAll(
  all: readonly Counted[],
  nowNs: number,
  caller: AcceptedCaller | undefined,
): ExceededLimit | undefined {
  const exceeded = firstExceeded(all, nowNs, caller)
  if (exceeded === undefined)
    for (const { buckets, key, rate } of all) buckets.take(key, rate, nowNs)
  return exceeded
}

function firstExceeded(
  all: readonly Counted[],
  nowNs: number,
  caller: AcceptedCaller | undefined,
): ExceededLimit | undefined {
  for (const { buckets, key, rate, limit, tenant } of all) {
    const waitNs = buckets.waitNs(key, rate, nowNs)
    if (waitNs === 0) continue
    const retryAfterSeconds = Math.ceil(waitNs / 1e9)
    const message = describeLimit({ limit, rate, tenant, retryAfterSeconds })
    return { limit, message, retryAfterSeconds, caller }
  }
  return undefined
}

/**
 * Of everything that decides whose request it is, and which tenant accepts it.
 * @returns undefined for a request that is signed instead: each has a signature of its own
 */
function digestOfToken(fields: object): string | undefined {
  if (!isOfToken(fields)) return undefined
  const { subjectToken, tokenType, tenant, issuer, roleArn, principalArn, pool } = fields
  const { actorToken, actorTokenType, actorIssuer } = fields
  return digest([
    ...[subjectToken, tokenType, tenant, issuer, roleArn, principalArn],
    ...[actorToken, actorTokenType, actorIssuer, pool?.pool, pool?.identityId, pool?.logins],
  ])
}

function isOfToken(fields: object): fields is RequestFields {
  return 'subjectToken' in fields
}

/** As JSON, no two lists are the same text, and none is ill-formed Unicode. */
function digest(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
