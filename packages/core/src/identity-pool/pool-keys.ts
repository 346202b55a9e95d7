/** The keys of an identity pool, from which the ids of its users and guests are derived. */
import { hkdfSync } from 'node:crypto'

/** Of each secret: as many as a UUID or 32 hex digits have, which people copy. */
const MIN_SECRET_CHARACTERS = 32
const KEY_BYTES = 32

export interface PoolKeys {
  /** What the ids of the pool begin with, without the colon. */
  readonly region: string
  /** Of the first secret. User ids are derived from it forever. */
  readonly userKey: Uint8Array
  /** Of the first secret. Logins have their names in the table of identities by it, forever. */
  readonly loginKey: Uint8Array
  /** Of every secret. New guest ids are made with the last one; those of all are accepted. */
  readonly guestKeys: readonly Uint8Array[]
  /** Of every secret. OpenID tokens are signed with the last one; those of all are accepted. */
  readonly tokenKeys: readonly Uint8Array[]
}

/** Of every text that is hashed here: another use of the same secret derives other keys. */
const PURPOSE = 'token-broker identity pool'

/**
 * A key belongs to one pool, so that two pools with one secret know nothing of each other's ids.
 * @param secrets one or several secrets, with white space between them
 * @returns undefined where there is none, or one of fewer than 32 characters
 */
export function derivePoolKeys(poolId: string, secrets: string): PoolKeys | undefined {
  const all = secrets.split(/\s+/).filter((secret) => secret !== '')
  const [first] = all
  if (first === undefined || all.some(({ length }) => length < MIN_SECRET_CHARACTERS))
    return undefined
  const derive = (secret: string, purpose: string) =>
    new Uint8Array(hkdfSync('sha256', secret, poolId, `${PURPOSE}, ${purpose}`, KEY_BYTES))
  return {
    region: poolId.slice(0, poolId.indexOf(':')),
    userKey: derive(first, 'users'),
    loginKey: derive(first, 'logins'),
    guestKeys: all.map((secret) => derive(secret, 'guests')),
    tokenKeys: all.map((secret) => derive(secret, 'tokens')),
  }
}
