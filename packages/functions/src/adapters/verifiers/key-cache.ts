/** Keeps the public keys of issuers: fetched once for many callers, fresh enough, and usable while an issuer is down. */
import { BrokerError, type JWK, type VerificationProfile } from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import { fetchKeys } from './fetch-keys.ts'
import type { FetchJson } from './https-json.ts'

const FRESH_MS = 10 * 60_000
/** How long known keys go on being used while the issuer cannot be reached. */
const STALE_IF_ERROR_MS = 24 * 3_600_000
/** A flood of made-up key ids makes us ask the issuer no more often than this. */
const UNKNOWN_KEY_COOLDOWN_MS = 30_000
/** Discovery and keys, 3 s each; a fetch that takes longer was interrupted, by a machine that stood still. */
const LONGEST_FETCH_MS = 7_000
const RETRY_WITHOUT_KEYS_MS = 5_000
const RETRY_WITH_STALE_KEYS_MS = 30_000
const MAX_ENTRIES = 1_000

export interface KeyCache {
  /**
   * The issuer's keys; where `keyId` is not among them, they have been asked for again as far as the cooldown allows.
   * @throws {BrokerError} `issuer_unavailable`
   */
  keysFor(profile: VerificationProfile, keyId: string | undefined): Promise<readonly JWK[]>
  /** Fetches keys ahead of their first use; failures are left to that use. Never rejects. */
  prefetch(profiles: readonly VerificationProfile[]): Promise<void>
  /** How many times issuers have been asked for their keys, with or without an answer. */
  countFetches(): number
}

interface Entry {
  keys: readonly JWK[] | undefined
  fetchedAt: number
  failure: { readonly error: BrokerError; readonly at: number } | undefined
  unknownKeyAt: number
  inFlight: Fetch | undefined
}

interface Fetch {
  readonly ended: Promise<void>
  readonly askedAt: number
}

/** @param options.now milliseconds, by a clock that is not set back */
export function createKeyCache({
  fetchJson,
  now,
}: {
  fetchJson: FetchJson
  now: () => number
}): KeyCache {
  const entries = createLruMap<Entry>(MAX_ENTRIES)
  let fetches = 0

  const entryOf = (profile: VerificationProfile): Entry => {
    const { issuer, keys } = profile
    const name = JSON.stringify([issuer, keys.from, keys.from === 'jwksUri' ? keys.jwksUri : ''])
    const known = entries.get(name)
    if (known) return known
    const entry: Entry = {
      keys: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      failure: undefined,
      unknownKeyAt: Number.NEGATIVE_INFINITY,
      inFlight: undefined,
    }
    entries.set(name, entry)
    return entry
  }

  /** Joins the fetch that is under way, or starts one; the outcome is left in the entry, but for a failure ahead of any need. */
  const refresh = (entry: Entry, profile: VerificationProfile, ahead = false): Promise<void> => {
    const askedAt = now()
    if (entry.inFlight && askedAt - entry.inFlight.askedAt < LONGEST_FETCH_MS)
      return entry.inFlight.ended
    fetches++
    const ended = fetchKeys(profile, fetchJson)
      .then(
        (keys) => {
          if (entry.fetchedAt > askedAt) return
          entry.keys = keys
          entry.fetchedAt = askedAt
          entry.failure = undefined
        },
        (error: unknown) => {
          const isTelling = !ahead && now() - askedAt < LONGEST_FETCH_MS
          if (isTelling) entry.failure = { error: asUnavailable(error, profile), at: now() }
        },
      )
      .finally(() => {
        if (entry.inFlight?.ended === ended) entry.inFlight = undefined
      })
    entry.inFlight = { ended, askedAt }
    return ended
  }

  const keysFor = async (
    profile: VerificationProfile,
    keyId: string | undefined,
  ): Promise<readonly JWK[]> => {
    if (profile.keys.from === 'inline') return profile.keys.jwks
    const entry = entryOf(profile)
    let asked = false
    if (isDue(entry, now())) {
      asked = true
      await refresh(entry, profile)
      // The fetch that was joined told nothing.
      if (isDue(entry, now())) await refresh(entry, profile)
    }
    if (
      !asked &&
      isUnknown(entry, keyId) &&
      now() - entry.unknownKeyAt >= UNKNOWN_KEY_COOLDOWN_MS
    ) {
      entry.unknownKeyAt = now()
      await refresh(entry, profile)
    } else if (isUnknown(entry, keyId) && entry.inFlight) {
      // The fetch that another caller started may bring the key.
      await entry.inFlight.ended
    }
    const usable = entry.keys !== undefined && now() - entry.fetchedAt < STALE_IF_ERROR_MS
    if (!usable || !entry.keys) throw refusalOf(entry, profile)
    // The issuer may have a new key that we could not fetch: the token is not known to be bad.
    if (entry.failure && isUnknown(entry, keyId)) throw entry.failure.error
    return entry.keys
  }

  return {
    keysFor,
    async prefetch(profiles) {
      const fetched = profiles.filter(({ keys }) => keys.from !== 'inline')
      await Promise.allSettled(fetched.map((profile) => refresh(entryOf(profile), profile, true)))
    },
    countFetches: () => fetches,
  }
}

function isDue(entry: Entry, at: number): boolean {
  if (at - entry.fetchedAt < FRESH_MS) return false
  if (!entry.failure) return true
  const usable = at - entry.fetchedAt < STALE_IF_ERROR_MS
  return at - entry.failure.at >= (usable ? RETRY_WITH_STALE_KEYS_MS : RETRY_WITHOUT_KEYS_MS)
}

function isUnknown(entry: Entry, keyId: string | undefined): boolean {
  return (
    keyId !== undefined && entry.keys !== undefined && !entry.keys.some(({ kid }) => kid === keyId)
  )
}

function refusalOf(entry: Entry, { issuer }: VerificationProfile): BrokerError {
  return (
    entry.failure?.error ??
    new BrokerError('issuer_unavailable', `The keys of ${issuer} could not be fetched.`)
  )
}

function asUnavailable(error: unknown, { issuer }: VerificationProfile): BrokerError {
  if (error instanceof BrokerError) return error
  return new BrokerError('issuer_unavailable', `The keys of ${issuer} could not be fetched.`, {
    cause: error,
  })
}
