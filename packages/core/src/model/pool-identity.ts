/** Who a caller of an identity pool is, and what such a caller sends. */
import type { CompiledPool } from './identity-pool.ts'

export interface PoolIdentity {
  /** The Region of the pool, `:` and a UUID in lower case. */
  readonly id: string
  /** The id of the pool. */
  readonly pool: string
  /** Name of the provider whose login decides; empty for a guest. */
  readonly provider: string
  /** Names of the providers whose logins the request presents. */
  readonly logins: readonly string[]
  readonly guest: boolean
  /** Seconds since the epoch. Absent: not known, as for users of a pool without linking. */
  readonly createdAt?: number
  /** The guest that this login claimed less than an hour ago; absent: none. */
  readonly claimedGuest?: string
  /** A guest that this request created. */
  readonly isNew?: boolean
  /** Of a request that is only explained: what it would do. Absent: nothing. */
  readonly wouldChange?: PoolChange
}

/** `create`: the identity; `links`: logins join, leave or merge identities, or claim a guest. */
export type PoolChange = 'create' | 'links'

/** An entry of `Logins`. */
export interface PresentedLogin {
  readonly provider: string
  readonly token: string
}

export interface PoolRequest {
  /** The id of the pool. */
  readonly pool: string
  /** The identity that the client has stored; absent: none. It is a hint, and proves nothing. */
  readonly identityId?: string
  /** Empty: the caller is a guest. */
  readonly logins: readonly PresentedLogin[]
  /** Whether the client stores the id of the response where it differs from the one it sent. */
  readonly adoptsChangedIds: boolean
  /** A token is requested with which the caller calls STS itself. Absent: the enhanced flow. */
  readonly isClassic?: true
  /** `UnlinkIdentity`: providers whose logins are to leave. Absent: another operation. */
  readonly loginsToRemove?: readonly string[]
  /** The request is only explained: no identity is created, and nothing is written. */
  readonly readOnly?: true
}

/** A login whose token was verified, and which the tenant accepts. */
export interface VerifiedLogin {
  /** Without a slash at its end. */
  readonly provider: string
  readonly subject: string
  /** As it was presented; only in a pool with a former pool, which is asked with it. */
  readonly presented?: PresentedLogin
}

/** Who calls an identity pool, once all logins are verified. */
export interface PoolCaller {
  readonly pool: CompiledPool
  /** In the order of the document; empty: a guest. */
  readonly logins: readonly VerifiedLogin[]
  /** The identity that the client has stored; absent: none. */
  readonly identityId?: string
  readonly adoptsChangedIds: boolean
  /** Providers whose logins are to leave the identity, without a slash at their ends. */
  readonly loginsToRemove?: readonly string[]
  /** Nothing may be written; the response says what would be. */
  readonly readOnly?: true
  readonly clientIp: string
}
