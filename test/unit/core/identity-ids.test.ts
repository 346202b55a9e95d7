/** The ids of identity pools: whose they are can be read from them alone, and from nothing less. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createGuestId,
  derivePoolKeys,
  deriveUserId,
  readGuestId,
} from '../../../packages/core/src/identity-pool/index.ts'
import { POOL_ID as POOL } from '../../fixtures/pool-document.ts'

const OTHER_POOL = POOL.replace('0f7c', '0f7d')
const SECRET = 'a secret of the pool of 32 letters'.replaceAll(' ', '-')
const LATER_SECRET = SECRET.replace('a', 'b')
const NOW = 1_800_000_000
const ID = /^eu-central-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function keysOf(secret = SECRET, pool = POOL) {
  const keys = derivePoolKeys(pool, secret)
  if (keys === undefined) throw new Error('unusable secret')
  return keys
}

const keys = keysOf()
const guest = (at = NOW, of = keys) => createGuestId(of, at, randomUUID)
const firstBitOf = (id: string) =>
  Number.parseInt(id.slice('eu-central-1:'.length)[0] ?? '', 16) >> 3

describe('a user’s id', () => {
  it('is a value that other programs compute too (HKDF and HMAC with SHA-256)', () => {
    const id = deriveUserId(keys, { provider: 'accounts.google.com', subject: '1234567890' })
    expect(id).toBe('eu-central-1:291b7cb9-595e-6cf4-27a5-7463799aefbd')
  })

  it('differs for every provider, subject and generation, also if they are joined', () => {
    const ids = [
      ...[
        deriveUserId(keys, { provider: 'a', subject: 'bc' }),
        deriveUserId(keys, { provider: 'ab', subject: 'c' }),
      ],
      deriveUserId(keys, { provider: 'a","b', subject: 'c' }),
      deriveUserId(keys, { provider: 'a', subject: 'b","c' }),
      deriveUserId(keys, { provider: 'a', subject: 'bc' }, 1),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is never that of a guest: the first bit is 0', () => {
    for (let user = 0; user < 1000; user++) {
      const id = deriveUserId(keys, { provider: 'a', subject: String(user) })
      expect([firstBitOf(id), ID.test(id), readGuestId(keys, id, NOW)]).toEqual([
        0,
        true,
        undefined,
      ])
    }
  })
})

describe('a guest’s id', () => {
  it('verifies itself, and says when the guest was created', () => {
    const id = guest(NOW - 12.5)
    expect(id).toMatch(ID)
    expect(readGuestId(keys, id, NOW)).toBe(NOW - 13)
  })

  it('is never that of a user: the first bit is 1', () => {
    const ids = Array.from({ length: 1000 }, () => guest())
    expect(new Set(ids).size).toBe(1000)
    expect(new Set(ids.map(firstBitOf))).toEqual(new Set([1]))
  })

  it('is unknown to another pool, to another secret and in another Region', () => {
    const id = guest()
    expect(readGuestId(keysOf(SECRET, OTHER_POOL), id, NOW)).toBeUndefined()
    expect(readGuestId(keysOf(LATER_SECRET), id, NOW)).toBeUndefined()
    const region = POOL.replace('eu-central-1', 'eu-west-1')
    expect(
      readGuestId(keysOf(SECRET, region), id.replace('eu-central', 'eu-west'), NOW),
    ).toBeUndefined()
    expect(readGuestId(keys, id.replace('eu-central', 'eu-west'), NOW)).toBeUndefined()
  })

  it('remains valid when secrets are added, and new ones are made with the last', () => {
    const [both, old] = [keysOf(`${SECRET}\n${LATER_SECRET}\n`), guest()]
    expect(readGuestId(both, old, NOW)).toBe(NOW)
    const young = guest(NOW, both)
    expect(readGuestId(both, young, NOW)).toBe(NOW)
    expect(readGuestId(keys, young, NOW)).toBeUndefined()
    expect(readGuestId(keysOf(LATER_SECRET), young, NOW)).toBe(NOW)
  })

  it('cannot be forged or guessed: each changed digit makes it unknown', () => {
    const id = guest()
    const start = 'eu-central-1:'.length
    for (let place = start; place < id.length; place++) {
      if (id[place] === '-') continue
      for (const digit of '0123456789abcdef') {
        const changed = id.slice(0, place) + digit + id.slice(place + 1)
        if (changed !== id) expect(readGuestId(keys, changed, NOW)).toBeUndefined()
      }
    }
  })

  it.each([
    ['capitals', (id: string) => id.replace(/:.*/, (uuid) => uuid.toUpperCase())],
    ['a missing hyphen', (id: string) => id.replace(/-(?=[^-]*$)/, '')],
    ['a moved hyphen', (id: string) => id.replace(/:(.{8})-(.)/, ':$1$2-')],
    ['something after it', (id: string) => `${id}0`],
    ['a line feed after it', (id: string) => `${id}\n`],
    ['another Region', (id: string) => id.replace('eu-central-1', 'eu-central-2')],
    ['the Region twice', (id: string) => `eu-central-1${id}`],
    ['no Region', (id: string) => id.replace(/.*:/, '')],
  ])('with %s is unknown, because a guest has one prefix only', (_, change) => {
    const id = guest()
    expect(change(id)).not.toBe(id)
    expect(readGuestId(keys, change(id), NOW)).toBeUndefined()
  })

  it('of the future is unknown, beyond what clocks may differ by', () => {
    expect(readGuestId(keys, guest(NOW + 299), NOW)).toBe(NOW + 299)
    expect(readGuestId(keys, guest(NOW + 301), NOW)).toBeUndefined()
  })
})

describe('the secret of a pool', () => {
  it.each(['', ' \n', 'x'.repeat(31), `${SECRET} short`])('%j is refused', (secret) => {
    expect(derivePoolKeys(POOL, secret)).toBeUndefined()
  })

  it('gives users and guests different keys', () => {
    expect(keys.guestKeys).toHaveLength(1)
    expect(Buffer.from(keys.guestKeys[0] ?? []).equals(Buffer.from(keys.userKey))).toBe(false)
    expect(keysOf(`${SECRET} ${LATER_SECRET}`).userKey).toEqual(keys.userKey)
    expect(keysOf(`${LATER_SECRET} ${SECRET}`).userKey).not.toEqual(keys.userKey)
  })
})
