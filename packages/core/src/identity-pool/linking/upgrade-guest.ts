/** A user signs in on a device where they were a guest: what happens to the guest's identity. */

import { beginLink, ownIdentity } from './link-logins.ts'
import type { LinkingLogin } from './linking-items.ts'
import type { Found, Linked } from './linking-result.ts'
import { resolveLogin, rootOf } from './resolve-login.ts'
import { MAX_ROUNDS, readIdentity, type Steps, writeIdentity, writeLogin } from './table-steps.ts'

export interface Guest {
  readonly id: string
  /** Epoch seconds, from the id. */
  readonly born: number
}

/** How long after the claim the login may read what the guest stored. */
export const CLAIM_SECONDS = 3_600

/**
 * The login gets the guest's identity as its own, where it has none and the guest is free.
 * Otherwise it gets its own.
 */
export function* adoptGuest(guest: Guest, login: LinkingLogin, nowSeconds: number): Steps<Linked> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = yield* resolveLogin(login)
    if (!('free' in found)) return found
    if (yield* readIdentity(guest.id)) return yield* ownIdentity(login, nowSeconds)
    // The login's item comes first: a guest that is taken before it would be lost after a crash.
    const { id, born } = guest
    yield* beginLink(login, found.free, { id, born, origin: 'guest' })
  }
  return { refused: 'contended' }
}

/**
 * Merges a free guest into the identity that the login has. One write decides, so that one login at
 * most claims a guest. The claim is remembered with the login too, because a client that adopts the
 * new id does not present the guest's id again.
 * @returns whether the guest is claimed by this login
 */
export function* claimGuest(
  guest: Guest,
  { id, link }: Found,
  key: string,
  nowSeconds: number,
): Steps<boolean> {
  const isNew = yield* writeIdentity(
    guest.id,
    {
      kind: 'identity',
      state: 'merged',
      born: guest.born,
      slots: {},
      into: id,
      claimedBy: key,
      claimedAt: nowSeconds,
    },
    undefined,
  )
  const isOurs = isNew || (yield* isClaimed(guest.id, id, key, nowSeconds))
  const claimed = { guest: guest.id, at: nowSeconds }
  if (isOurs && link.item.claimed?.guest !== guest.id)
    yield* writeLogin({ key }, { ...link.item, claimed }, link)
  return isOurs
}

/** Whether this login claimed the guest for this identity, less than an hour ago. */
export function* isClaimed(
  guestId: string,
  identityId: string,
  key: string,
  nowSeconds: number,
): Steps<boolean> {
  const stored = yield* readIdentity(guestId)
  if (stored?.item.state !== 'merged' || stored.item.claimedBy !== key) return false
  const { claimedAt = 0 } = stored.item
  if (nowSeconds - claimedAt >= CLAIM_SECONDS) return false
  // The login was unlinked since, or its identity was deleted.
  return (yield* rootOf(guestId, stored)).id === identityId
}
