/**
 * Asks an issuer about an opaque token, and remembers its response for a short time. The broker
 * loads this file lazily (bundle.ts).
 */
import { hash } from 'node:crypto'
import type { OpaqueVerifier, TokenSource } from '@token-broker/core'
import { parseStrictObject, writeExactJson } from '@token-broker/core/strict-json'
import { MIN_DURATION_SECONDS } from '@token-broker/core/sts-limits'
import { createLruMap } from '../caching.ts'
import { createCallBudget } from './call-budget.ts'
import { checkToken } from './check-token.ts'
import { createProviderCalls } from './provider-call.ts'
import type { TokenCheckOptions, Verdict } from './token-check.ts'

/** How long a response is used; a token that is revoked is accepted for at most this long. */
const VALID_MS = 60_000
/** The same for an inactive token; shorter, because a token may be visible a moment later. */
const INACTIVE_MS = 5_000
/** Limit of valid tokens, and again of others: fabricated tokens cannot evict real ones. */
const MAX_ENTRIES = 1_000
/** Longer than a call can last: it was interrupted because the machine was suspended. */
const MAX_CALL_MS = 10_000

interface Remembered {
  /** As text: in memory, what it says may be much larger. */
  readonly claimsJson: string
  readonly maxSessionSeconds: number | undefined
  readonly askedAt: number
  /** Milliseconds since the epoch. */
  readonly expiresMs: number
}

interface Refused {
  readonly inactive: string
  readonly askedAt: number
}

interface RunningCheck {
  readonly verdict: Promise<Verdict>
  readonly askedAt: number
}

/**
 * One call for all concurrent requests with one token. The key of what is remembered is a digest of
 * tenant, issuer, profile and token, so no tenant gets what was said to another.
 */
export function createTokenChecks(options: TokenCheckOptions): OpaqueVerifier {
  const { now, ageClock, refusal } = options
  const startCalls = createProviderCalls(options)
  const budget = createCallBudget(ageClock)
  const valid = createLruMap<Remembered>(MAX_ENTRIES)
  const inactive = createLruMap<Refused>(MAX_ENTRIES)
  const running = new Map<string, RunningCheck>()

  const recall = (key: string): Verdict | undefined => {
    const known = valid.get(key)
    const statement =
      known && now() < known.expiresMs ? repeat(known, ageClock() - known.askedAt) : undefined
    if (statement) return statement
    const refused = inactive.get(key)
    return refused && ageClock() - refused.askedAt < INACTIVE_MS ? refused : undefined
  }

  const askNow = async (key: string, token: string, source: TokenSource): Promise<Verdict> => {
    const name = JSON.stringify(source)
    if (!budget.spend(name))
      throw refusal(
        'throttled',
        `Too many unknown tokens for ${source.issuer}; try again later.`,
        1,
      )
    const askedAt = ageClock()
    const verdict = await checkToken(token, source, { ...options, call: startCalls(source.tls) })
    if ('claims' in verdict) {
      budget.giveBack(name)
      const { claims, maxSessionSeconds } = verdict
      const claimsJson = writeExactJson(claims)
      valid.set(key, { claimsJson, maxSessionSeconds, askedAt, expiresMs: expiryOf(claims) })
    } else inactive.set(key, { ...verdict, askedAt })
    return verdict
  }

  const ask = (key: string, token: string, source: TokenSource): Promise<Verdict> => {
    const other = running.get(key)
    const askedAt = ageClock()
    if (other && askedAt - other.askedAt < MAX_CALL_MS) return other.verdict
    const verdict = askNow(key, token, source).finally(() => {
      if (running.get(key)?.verdict === verdict) running.delete(key)
    })
    running.set(key, { verdict, askedAt })
    return verdict
  }

  return {
    async verify(token, source) {
      const key = hash('sha256', JSON.stringify([source, token]), 'base64url')
      const verdict = recall(key) ?? (await ask(key, token, source))
      if ('inactive' in verdict) throw refusal('invalid_token', verdict.inactive)
      return verdict
    },
  }
}

/**
 * The same statement, if it is still fresh. A session must not end later than it would have ended
 * when the issuer said so, so what is left of its limit must be enough for one.
 */
function repeat({ claimsJson, maxSessionSeconds }: Remembered, ageMs: number) {
  if (ageMs >= VALID_MS) return undefined
  const claims = parseStrictObject(claimsJson)
  if (maxSessionSeconds === undefined) return { claims }
  const left = maxSessionSeconds - Math.ceil(ageMs / 1000)
  return left >= MIN_DURATION_SECONDS ? { claims, maxSessionSeconds: left } : undefined
}

/** The expiry of a token is checked for every request; this only forgets what cannot be used. */
function expiryOf({ exp }: Readonly<Record<string, unknown>>): number {
  return typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY
}
