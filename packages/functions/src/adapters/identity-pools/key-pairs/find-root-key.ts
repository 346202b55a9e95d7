/** Finds the key that verifies the signatures of a key pair, and keeps it for a minute. */
import type { CompiledPool } from '@token-broker/core'
import { createLruMap } from '../../caching.ts'
import { isKeyId, type StoredKeyPair } from './key-pair-item.ts'
import { isRootKey, type KeyPairContext } from './seal-key.ts'

/** The pool, with the name of its secret. */
export type KeyedPool = Pick<CompiledPool, 'id' | 'secret'>

export interface KeyPairPorts {
  /** A read that is consistent. @throws an error for `readSdkError` */
  readonly read: (
    pool: string,
    keyId: string,
    signal: AbortSignal,
  ) => Promise<StoredKeyPair | undefined>
  /**
   * @returns undefined where it was sealed for another key pair
   * @throws an error for `readSdkError`
   */
  readonly open: (
    sealedKey: string,
    context: KeyPairContext,
    pool: KeyedPool,
    signal: AbortSignal,
  ) => Promise<Uint8Array | undefined>
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
}

/** No key pair of this pool has the id; it is revoked; or its item is corrupt. */
export type MissingKey = 'unknown-key' | 'revoked-key' | 'unreadable-key'

export type FindRootKey = (
  pool: KeyedPool,
  keyId: string,
  signal: AbortSignal,
) => Promise<Buffer | MissingKey>

const MAX_KEYS = 1_000
/** A key pair that is revoked verifies nothing after this time. */
const FRESH_MS = 60_000

interface Entry {
  readonly sealedKey: string
  readonly rootKey: Buffer
  readonly readAt: number
}

/**
 * Only keys that exist are kept: what callers make up must not displace them. A key is decrypted
 * once, and its item is read again each minute.
 */
export function createKeyFinder({ read, open, ageClock }: KeyPairPorts): FindRootKey {
  const entries = createLruMap<Entry>(MAX_KEYS)
  return async (pool, keyId, signal) => {
    if (!isKeyId(keyId)) return 'unknown-key'
    const name = JSON.stringify([pool.id, keyId])
    const known = entries.get(name)
    const readAt = ageClock()
    if (known && readAt - known.readAt < FRESH_MS) return known.rootKey
    const stored = await read(pool.id, keyId, signal)
    if (!stored) return 'unknown-key'
    const { sealedKey } = stored
    if (sealedKey === undefined) return 'revoked-key'
    const isSame = known?.sealedKey === sealedKey
    const context = { pool: pool.id, key: keyId }
    const opened = isSame ? known.rootKey : await open(sealedKey, context, pool, signal)
    if (!isRootKey(opened)) return 'unreadable-key'
    const rootKey = Buffer.from(opened)
    entries.set(name, { sealedKey, rootKey, readAt })
    return rootKey
  }
}
