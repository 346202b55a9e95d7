/**
 * Caches the public keys of issuers: one fetch for all concurrent callers, a refresh every ten
 * minutes, and known keys for up to 24 hours while an issuer is down.
 */
import { BrokerError, type JWK, type VerificationProfile } from '@token-broker/core'
import { createLruMap } from '../caching.ts'
import { type FetchedKeys, fetchKeys } from './fetch-keys.ts'
import type { FetchJson } from './https-json.ts'

const FRESH_MS = 10 * 60_000
/** Metadata with a shorter cacheDuration would be fetched for each request. */
const MIN_FRESH_MS = 60_000
/** How long known keys are used while the issuer cannot be reached. */
const STALE_IF_ERROR_MS = 24 * 3_600_000
/** Made-up key ids cause at most one fetch in this time, however many arrive. */
const UNKNOWN_KEY_COOLDOWN_MS = 30_000
/**
 * Discovery and keys take at most 3 s each. A longer fetch was interrupted because the machine was
 * suspended.
 */
const MAX_FETCH_MS = 7_000
const RETRY_WITHOUT_KEYS_MS = 5_000
const RETRY_WITH_STALE_KEYS_MS = 30_000
const MAX_ENTRIES = 1_000

export interface KeyCache {
  /**
   * The issuer's keys. If `keyId` is not among them, they are fetched again, unless the cooldown
   * forbids it.
   * @param waitMs how long to wait for keys; the fetch itself goes on for later callers
   * @throws {BrokerError} `issuer_unavailable`
   */
  keysFor(
    profile: VerificationProfile,
    keyId: string | undefined,
    waitMs: number,
  ): Promise<readonly JWK[]>
  /** Fetches keys before their first use; if that fails, the first use does. Never rejects. */
  prefetch(profiles: readonly VerificationProfile[]): Promise<void>
  /** Number of fetches since the start, failed ones included. */
  countFetches(): number
}

interface Entry {
  fetched: FetchedKeys | undefined
  /** When the fetch of the keys started. */
  fetchedAt: number
  failure: { readonly error: BrokerError; readonly at: number } | undefined
  /** When an unknown key id last caused a fetch. */
  unknownKeyAt: number
  inFlight: Fetch | undefined
}

interface Fetch {
  readonly ended: Promise<void>
  readonly startedAt: number
}

/** @param options.now milliseconds, from a clock that is never set back */
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
    const { issuer, keys, tls } = profile
    // Two tenants may trust one issuer by different roots: neither gets the keys of the other.
    const { from, ...place } = keys
    const name = JSON.stringify([issuer, from, place, tls])
    const known = entries.get(name)
    if (known) return known
    const entry: Entry = {
      fetched: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      failure: undefined,
      unknownKeyAt: Number.NEGATIVE_INFINITY,
      inFlight: undefined,
    }
    entries.set(name, entry)
    return entry
  }

  /**
   * Waits for the running fetch, or starts one, and stores the result in the entry. A failure is
   * not stored if it is of a prefetch or of a suspended machine: the next caller fetches again.
   */
  const refresh = (
    entry: Entry,
    profile: VerificationProfile,
    { isPrefetch = false } = {},
  ): Promise<void> => {
    const startedAt = now()
    if (entry.inFlight && startedAt - entry.inFlight.startedAt < MAX_FETCH_MS)
      return entry.inFlight.ended
    fetches++
    const ended = fetchKeys(profile, fetchJson)
      .then(
        (fetched) => {
          // A fetch that started later has ended first.
          if (entry.fetchedAt > startedAt) return
          entry.fetched = fetched
          entry.fetchedAt = startedAt
          entry.failure = undefined
        },
        (error: unknown) => {
          const isMeaningful = !isPrefetch && now() - startedAt < MAX_FETCH_MS
          if (isMeaningful) entry.failure = { error: asUnavailable(error, profile), at: now() }
        },
      )
      .finally(() => {
        if (entry.inFlight?.ended === ended) entry.inFlight = undefined
      })
    entry.inFlight = { ended, startedAt }
    return ended
  }

  const keysFor = async (
    profile: VerificationProfile,
    keyId: string | undefined,
    waitMs: number,
  ): Promise<readonly JWK[]> => {
    if (profile.keys.from === 'inline') {
      if (isOver(profile.keys, now())) throw expiredMetadata(profile)
      return profile.keys.jwks
    }
    const entry = entryOf(profile)
    const waitUntil = now() + waitMs
    const wait = (fetch: Promise<void>) => waitFor(fetch, Math.max(0, waitUntil - now()))
    let isRefreshed = false
    if (isDue(entry, now())) {
      isRefreshed = true
      await wait(refresh(entry, profile))
      // It may have been a prefetch that failed.
      if (isDue(entry, now())) await wait(refresh(entry, profile))
    }
    if (
      !isRefreshed &&
      isUnknown(entry, keyId) &&
      now() - entry.unknownKeyAt >= UNKNOWN_KEY_COOLDOWN_MS
    ) {
      entry.unknownKeyAt = now()
      await wait(refresh(entry, profile))
    } else if (isUnknown(entry, keyId) && entry.inFlight) {
      // The fetch of another caller may find the key.
      await wait(entry.inFlight.ended)
    }
    const isUsable = now() - entry.fetchedAt < STALE_IF_ERROR_MS
    if (!isUsable || !entry.fetched) throw entry.failure?.error ?? unavailableKeys(profile)
    if (isOver(entry.fetched, now())) throw entry.failure?.error ?? expiredMetadata(profile)
    // The issuer may have a new key that could not be fetched, so the token may still be valid.
    if (entry.failure && isUnknown(entry, keyId)) throw entry.failure.error
    return entry.fetched.jwks
  }

  return {
    keysFor,
    async prefetch(profiles) {
      const fetched = profiles.filter(({ keys }) => keys.from !== 'inline')
      await Promise.allSettled(
        fetched.map((profile) => refresh(entryOf(profile), profile, { isPrefetch: true })),
      )
    },
    countFetches: () => fetches,
  }
}

/** Waits for the end of a fetch, at most this long. */
async function waitFor(fetch: Promise<void>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs)
  })
  await Promise.race([fetch, timeUp])
  clearTimeout(timer)
}

/** Whether to fetch the keys: they are no longer fresh, and the last failure is not recent. */
function isDue(entry: Entry, at: number): boolean {
  const cacheMs = Math.max(MIN_FRESH_MS, entry.fetched?.cacheMs ?? FRESH_MS)
  if (at - entry.fetchedAt < Math.min(FRESH_MS, cacheMs)) return false
  if (!entry.failure) return true
  const isUsable = at - entry.fetchedAt < STALE_IF_ERROR_MS
  return at - entry.failure.at >= (isUsable ? RETRY_WITH_STALE_KEYS_MS : RETRY_WITHOUT_KEYS_MS)
}

/** Where the issuer's keys have no ids, the key of each token may be among them. */
function isUnknown({ fetched }: Entry, keyId: string | undefined): boolean {
  const keys = fetched?.jwks
  if (keyId === undefined || keys === undefined || keys.some(({ kid }) => kid === keyId))
    return false
  return keys.length === 0 || keys.some(({ kid }) => kid !== undefined)
}

function asUnavailable(error: unknown, profile: VerificationProfile): BrokerError {
  return error instanceof BrokerError ? error : unavailableKeys(profile, error)
}

/** SAML Metadata §2.3.1: nothing of it counts any more. */
function isOver({ validUntilMs }: Pick<FetchedKeys, 'validUntilMs'>, at: number): boolean {
  return validUntilMs !== undefined && at >= validUntilMs
}

function expiredMetadata({ issuer }: VerificationProfile): BrokerError {
  return new BrokerError(
    'issuer_unavailable',
    `The SAML metadata of ${issuer} is no longer valid (validUntil); get the current one.`,
  )
}

function unavailableKeys({ issuer }: VerificationProfile, cause?: unknown): BrokerError {
  const message =
    `The keys of ${issuer} could not be fetched in time; try again, and check that ` +
    'the broker can reach it.'
  return new BrokerError('issuer_unavailable', message, { cause })
}
