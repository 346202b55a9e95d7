/**
 * The ids of an identity pool: derived for users, sealed for guests, so that neither needs a
 * database. The first bit says which of both an id is, whichever secrets the pool has or will have:
 * 0 for users, 1 for guests. So no user has the id, and with it the prefix, of a guest.
 */
import { createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto'
import { IDENTITY_ID_PATTERN } from '../model/identity-pool.ts'
import type { VerifiedLogin } from '../model/pool-identity.ts'
import type { PoolKeys } from './pool-keys.ts'

/** 2025-01-01T00:00:00Z, in seconds since 1970: guest ids count from here, until the year 2161. */
const GUEST_EPOCH_SECONDS = 1_735_689_600
/** By how much the clocks of two instances may differ. */
const CLOCK_TOLERANCE_SECONDS = 300
const BLOCK_BYTES = 16
const RANDOM_BYTES = 7
/** Of the time, and of the random bytes after it. The last five bytes of a guest's block are 0. */
const TIME_BYTES = 4
const ZEROS_AT = TIME_BYTES + RANDOM_BYTES
const GUEST_BIT = 0x80

const IDENTITY_ID = new RegExp(`^${IDENTITY_ID_PATTERN}$`)
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/

/**
 * The id of the user whom a provider knows by this subject: the same in every Region and each time,
 * as long as the pool has the same id and first secret.
 * @param generation how often the login was unlinked, by which its next identity is another one
 */
export function deriveUserId(
  { region, userKey }: Pick<PoolKeys, 'region' | 'userKey'>,
  { provider, subject }: VerifiedLogin,
  generation = 0,
): string {
  // JSON is unambiguous: no other provider and subject become the same text.
  const text = JSON.stringify([provider, subject, generation])
  const block = createHmac('sha256', userKey).update(text).digest().subarray(0, BLOCK_BYTES)
  block.writeUInt8(block.readUInt8(0) & ~GUEST_BIT, 0)
  return formatId(region, block)
}

/** Names a login in the table of identities, which contains no subjects. */
export function deriveLoginKey(
  { loginKey }: Pick<PoolKeys, 'loginKey'>,
  { provider, subject }: VerifiedLogin,
): string {
  return createHmac('sha256', loginKey)
    .update(JSON.stringify([provider, subject]))
    .digest('base64url')
}

/**
 * A new guest's id: one block of AES over the time, 56 random bits and 40 bits of zeros. Only the
 * holder of the secret can make one, and nobody can guess one of another guest.
 * @param newId returns an unguessable unique text
 */
export function createGuestId(
  { region, guestKeys }: Pick<PoolKeys, 'region' | 'guestKeys'>,
  nowSeconds: number,
  newId: () => string,
): string {
  const key = guestKeys.at(-1)
  if (key === undefined) throw new Error('A pool without a secret has no guests.')
  for (;;) {
    const plain = Buffer.alloc(BLOCK_BYTES)
    plain.writeUInt32BE(Math.floor(nowSeconds) - GUEST_EPOCH_SECONDS, 0)
    hash('sha256', newId(), 'buffer').copy(plain, TIME_BYTES, 0, RANDOM_BYTES)
    const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
    const block = Buffer.concat([cipher.update(plain), cipher.final()])
    // Every second block begins with this bit.
    if ((block.readUInt8(0) & GUEST_BIT) !== 0) return formatId(region, block)
  }
}

/**
 * @returns when the guest was created, in seconds since 1970; undefined: the id is not one that was
 *   made for a guest of this pool
 */
export function readGuestId(
  { region, guestKeys }: Pick<PoolKeys, 'region' | 'guestKeys'>,
  id: string,
  nowSeconds: number,
): number | undefined {
  const block = parseId(region, id)
  if (block === undefined || (block.readUInt8(0) & GUEST_BIT) === 0) return undefined
  for (const key of guestKeys) {
    const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false)
    const plain = Buffer.concat([decipher.update(block), decipher.final()])
    if (plain.subarray(ZEROS_AT).some((byte) => byte !== 0)) continue
    const createdAt = plain.readUInt32BE(0) + GUEST_EPOCH_SECONDS
    if (createdAt <= nowSeconds + CLOCK_TOLERANCE_SECONDS) return createdAt
  }
  return undefined
}

/** Whether an id that was made elsewhere can be that of a user: it is of no guest of this pool. */
export function mayBeUserId({ guestKeys }: Pick<PoolKeys, 'guestKeys'>, id: string): boolean {
  const region = id.slice(0, id.indexOf(':'))
  if (!IDENTITY_ID.test(id)) return false
  return readGuestId({ region, guestKeys }, id, Number.POSITIVE_INFINITY) === undefined
}

function formatId(region: string, block: Buffer): string {
  return `${region}:${block.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}

/** One spelling only: a second one would be a second prefix of the same guest. */
function parseId(region: string, id: string): Buffer | undefined {
  if (!id.startsWith(`${region}:`)) return undefined
  const groups = UUID.exec(id.slice(region.length + 1))
  return groups === null ? undefined : Buffer.from(groups.slice(1).join(''), 'hex')
}
