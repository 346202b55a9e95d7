/** Which identity a request gets in a pool with linking. */

import { linkLogin, ownIdentity } from './link-logins.ts'
import type { LinkingLogin } from './linking-items.ts'
import type { Found, Linked, Refused } from './linking-result.ts'
import { mergeIdentities } from './merge-identities.ts'
import { resolveLogin } from './resolve-login.ts'
import { readIdentity, readLogin, type Steps } from './table-steps.ts'
import { adoptGuest, CLAIM_SECONDS, claimGuest, type Guest, isClaimed } from './upgrade-guest.ts'

export interface LinkingRequest {
  /** At least one, all verified, in the order of the document. */
  readonly logins: readonly [LinkingLogin, ...LinkingLogin[]]
  /** Where the identity id of the request is that of a guest. */
  readonly guest?: Guest
  readonly nowSeconds: number
}

export interface LinkingRules {
  readonly merging: boolean
  /** Seconds since the creation of a guest in which a login may get its identity. Absent: never. */
  readonly adoptWithinSeconds?: number
}

export interface LinkedIdentity {
  readonly id: string
  /** Epoch seconds. */
  readonly born: number
  /** The guest that one of the logins claimed less than an hour ago. */
  readonly claimedGuest?: string
  readonly refused?: undefined
}

/** @returns whether the guest is free: neither a user's, nor merged, disabled or deleted */
export function* isGuestFree(id: string): Steps<boolean> {
  return (yield* readIdentity(id)) === undefined
}

/** The identity of verified logins. The guest's id is only a hint, and never grants an identity. */
export function* identifyLogins(
  request: LinkingRequest,
  rules: LinkingRules,
): Steps<LinkedIdentity | Refused> {
  const { anchor, linked } = yield* findAnchor(request, rules)
  let found = linked
  for (const login of request.logins)
    if (login !== anchor && !found.refused)
      found = yield* joinLogin(anchor, login, request.nowSeconds, rules)
  if (found.refused) return found
  const { id, identity } = found
  const claimedGuest = yield* claimedBy(anchor.key, found, request)
  const identified = { id, born: identity.item.born }
  return claimedGuest === undefined ? identified : { ...identified, claimedGuest }
}

/** Whether the former pool has to be asked about one of the logins. */
export function* areNew(logins: readonly LinkingLogin[]): Steps<boolean> {
  for (const { key } of logins) {
    const item = (yield* readLogin(key))?.item
    if (!item || (item.state === 'free' && item.generation === 0)) return true
  }
  return false
}

/** The first login that has an identity, or else the first, which gets one. Others join it. */
function* findAnchor(
  { logins, guest, nowSeconds }: LinkingRequest,
  { adoptWithinSeconds }: LinkingRules,
): Steps<{ anchor: LinkingLogin; linked: Linked }> {
  for (const anchor of logins) {
    const linked = yield* resolveLogin(anchor)
    if (!('free' in linked)) return { anchor, linked }
  }
  const [anchor] = logins
  const isAdopted =
    guest !== undefined &&
    adoptWithinSeconds !== undefined &&
    nowSeconds - guest.born < adoptWithinSeconds
  const linked = isAdopted
    ? yield* adoptGuest(guest, anchor, nowSeconds)
    : yield* ownIdentity(anchor, nowSeconds)
  return { anchor, linked }
}

function* joinLogin(
  anchor: LinkingLogin,
  login: LinkingLogin,
  nowSeconds: number,
  { merging }: LinkingRules,
): Steps<Linked> {
  const linked = yield* linkLogin(anchor, login, nowSeconds)
  if (linked.refused !== 'two-identities' || !merging) return linked
  return yield* mergeIdentities(anchor, login)
}

function* claimedBy(
  key: string,
  found: Found,
  { guest, nowSeconds }: LinkingRequest,
): Steps<string | undefined> {
  if (guest && guest.id !== found.id && (yield* claimGuest(guest, found, key, nowSeconds)))
    return guest.id
  const { claimed } = found.link.item
  if (!claimed || nowSeconds - claimed.at >= CLAIM_SECONDS) return undefined
  return (yield* isClaimed(claimed.guest, found.id, key, nowSeconds)) ? claimed.guest : undefined
}
