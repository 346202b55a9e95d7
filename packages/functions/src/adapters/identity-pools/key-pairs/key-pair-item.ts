/**
 * Items of key pairs in the broker's table, which the command line writes and the broker reads.
 *
 * | pk | sk | contents |
 * |---|---|---|
 * | `identity#keys#POOL` | access key id | what verifies signatures, encrypted; who created it |
 *
 * The item of a revoked key pair stays, without what verifies signatures.
 */

/** Written by `token-broker pool key create`. */
export interface StoredKeyPair {
  readonly keyId: string
  /** Encrypted, in base64; undefined: the key pair is revoked. */
  readonly sealedKey: string | undefined
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly createdBy: string
  readonly revokedAt: string | undefined
  readonly revokedBy: string | undefined
}

/** The form of an item for DynamoDB. Any attribute of an item that was read may be missing. */
type Attributes = Readonly<Record<string, { readonly S?: string | undefined }>>
type NewAttributes = Readonly<Record<string, { readonly S: string }>>

export interface KeyPairKey {
  readonly pk: { readonly S: string }
  readonly sk: { readonly S: string }
}

/**
 * 20 characters, as in AWS, where SDKs and tools accept any prefix. AWS's own ids begin with `A`
 * (`AKIA`, `ASIA`), so nobody mistakes this one for a key of an AWS account, and scanners for
 * leaked AWS keys can be given a rule of its own.
 */
const KEY_ID = /^TBPK[A-Z2-7]{16}$/

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text)
}

export function keyPairPartition(pool: string): string {
  return `identity#keys#${pool}`
}

export function keyPairKey(pool: string, keyId: string): KeyPairKey {
  return { pk: { S: keyPairPartition(pool) }, sk: { S: keyId } }
}

export function newKeyPairItem(pool: string, keyPair: StoredKeyPair): NewAttributes & KeyPairKey {
  const { keyId, ...members } = keyPair
  const texts = Object.entries(members).flatMap(([name, S]) =>
    S === undefined ? [] : [[name, { S }] as const],
  )
  return { ...keyPairKey(pool, keyId), ...Object.fromEntries(texts) }
}

export function readKeyPairItem({
  sk,
  sealedKey,
  createdAt,
  createdBy,
  revokedAt,
  revokedBy,
}: Attributes): StoredKeyPair {
  return {
    keyId: sk?.S ?? '',
    // Another program could leave it in an item that it revokes.
    sealedKey: revokedAt === undefined ? sealedKey?.S : undefined,
    createdAt: createdAt?.S ?? '',
    createdBy: createdBy?.S ?? '',
    revokedAt: revokedAt?.S,
    revokedBy: revokedBy?.S,
  }
}
