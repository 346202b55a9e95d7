/**
 * Sessions that may be returned again: in memory only, bounded by entries and bytes, and forgotten
 * where anything suggests that they should not be used.
 */
import type { AssumedRole } from '../session/sts.ts'

export interface KeepingClocks {
  /** Milliseconds since the epoch, from a clock that may be set. */
  readonly now: () => number
  /** Nanoseconds since an arbitrary moment, from a monotonic clock, which may stop. */
  readonly monotonicNs: () => bigint
}

interface KeptSession {
  readonly session: AssumedRole
  /** Id of the request for which STS issued it. */
  readonly requestId: string
}

/** What must be the same as before, or sessions are forgotten. */
interface KeepingState {
  readonly tenant: string
  /** SHA-256 of the tenant document; another one forgets the sessions of the tenant. */
  readonly documentSha256: string
  /** Another one forgets all sessions; undefined: no key signs. */
  readonly signingKeyId: string | undefined
}

/** When a session was requested from STS; opaque to callers. */
interface KeepingMoment {
  readonly wallMs: number
  readonly elapsedMs: number
  readonly generation: number
}

interface KeepingRule {
  /** How long the session may be returned after the moment. */
  readonly reuseMs: number
  /** Life that its credentials must still have when they are returned. */
  readonly minLifeMs: number
}

interface Entry extends KeptSession, KeepingRule {
  readonly tenant: string
  readonly moment: KeepingMoment
  readonly bytes: number
}

const KEPT_SESSIONS = 5_000
const KEPT_BYTES = 16 * 1024 * 1024
/** Members and numbers of one entry, and its places in the maps. */
const ENTRY_BYTES = 600
/** By which the clocks may differ from one request to the next. Clocks that are slewed do not. */
export const MAX_CLOCK_JUMP_MS = 5_000
const SWEEP_MS = 60_000

export interface KeptSessions {
  /** Forgets what the clocks or the state exclude, and says which moment it is. */
  observe(state: KeepingState): KeepingMoment
  find(key: string, at: KeepingMoment): KeptSession | undefined
  /** @param requested what `observe` returned before STS was called */
  keep(
    key: string,
    kept: KeptSession,
    state: KeepingState,
    requested: KeepingMoment,
    rule: KeepingRule,
  ): void
  readonly size: () => { readonly entries: number; readonly bytes: number }
}

export function createKeptSessions(
  { now, monotonicNs }: KeepingClocks,
  { maxEntries = KEPT_SESSIONS, maxBytes = KEPT_BYTES } = {},
): KeptSessions {
  // A Map iterates in the order of insertion, so the first key is the least recently used.
  const entries = new Map<string, Entry>()
  const tenants = new Map<string, { readonly documentSha256: string; readonly keys: Set<string> }>()
  let bytes = 0
  let generation = 0
  let lastOffsetMs: number | undefined
  let lastKeyId: string | undefined
  let sweptMs = Number.NEGATIVE_INFINITY

  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    bytes -= entry.bytes
    const ofTenant = tenants.get(entry.tenant)
    ofTenant?.keys.delete(key)
    if (ofTenant?.keys.size === 0) tenants.delete(entry.tenant)
  }
  const clear = (): void => {
    entries.clear()
    tenants.clear()
    bytes = 0
    generation += 1
  }
  const sweep = (at: KeepingMoment): void => {
    if (at.elapsedMs - sweptMs < SWEEP_MS) return
    sweptMs = at.elapsedMs
    for (const [key, entry] of entries) if (!isUsable(entry, at)) remove(key)
  }

  return {
    observe({ tenant, documentSha256, signingKeyId }) {
      const wallMs = now()
      const elapsedMs = Number(monotonicNs()) / 1e6
      const offsetMs = wallMs - elapsedMs
      if (Math.abs(offsetMs - (lastOffsetMs ?? offsetMs)) > MAX_CLOCK_JUMP_MS) clear()
      lastOffsetMs = offsetMs
      if (signingKeyId !== undefined && signingKeyId !== (lastKeyId ?? signingKeyId)) clear()
      lastKeyId = signingKeyId ?? lastKeyId
      const ofTenant = tenants.get(tenant)
      if (ofTenant && ofTenant.documentSha256 !== documentSha256)
        for (const key of ofTenant.keys) remove(key)
      return { wallMs, elapsedMs, generation }
    },
    find(key, at) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (!isUsable(entry, at)) {
        remove(key)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry
    },
    keep(key, { session, requestId }, { tenant, documentSha256 }, moment, rule) {
      const size = ENTRY_BYTES + bytesOf(session, key, requestId, tenant, documentSha256)
      const ofTenant = tenants.get(tenant) ?? { documentSha256, keys: new Set() }
      // While STS was called, the clock jumped, the key rotated or the document changed.
      const isOutdated =
        moment.generation !== generation || ofTenant.documentSha256 !== documentSha256
      if (isOutdated || size > maxBytes) return
      remove(key)
      entries.set(key, { session, requestId, tenant, moment, bytes: size, ...rule })
      // `remove` forgets a tenant without entries.
      tenants.set(tenant, ofTenant)
      ofTenant.keys.add(key)
      bytes += size
      sweep({ wallMs: now(), elapsedMs: Number(monotonicNs()) / 1e6, generation })
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && bytes <= maxBytes) return
        remove(oldest)
      }
    },
    size: () => ({ entries: entries.size, bytes }),
  }
}

/** By both clocks: one may have stopped, the other may have been set back. */
function isUsable({ session, moment, reuseMs, minLifeMs }: Entry, at: KeepingMoment): boolean {
  const [wallMs, elapsedMs] = [at.wallMs - moment.wallMs, at.elapsedMs - moment.elapsedMs]
  const isYoung = elapsedMs < reuseMs && wallMs < reuseMs
  const isAfter = elapsedMs >= 0 && wallMs >= 0
  return isYoung && isAfter && session.expiration.getTime() - at.wallMs >= minLifeMs
}

/** As V8 keeps text: one byte for each character, or two where one of them needs two. */
function bytesOf(session: AssumedRole, ...names: readonly string[]): number {
  const texts = [...names, ...Object.values(session)].filter((value) => typeof value === 'string')
  return texts.reduce((sum, text) => sum + text.length * (/^[\0-\xff]*$/.test(text) ? 1 : 2), 0)
}
