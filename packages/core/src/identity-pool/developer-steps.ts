/**
 * What a backend does with the identities of its own users, as steps over the table of identities
 * (linking/). The backend is trusted for its own users, and for nobody else's login.
 */
import {
  type Guest,
  identifyLogins,
  isClaimed,
  type LinkedIdentity,
  type LinkingLogin,
  type LinkingRules,
  loginsOf,
  mergeIdentities,
  type Refused,
  resolveLogin,
  rootOf,
  type Steps,
} from './linking/index.ts'
import { readIdentity } from './linking/table-steps.ts'

/** Why an operation of a backend changes nothing, besides what linking refuses. */
export type DeveloperRefusal =
  | Refused['refused']
  /** There is no such user, or no such identity. */
  | 'unknown'
  /** The user has another identity than the one that the request names. */
  | 'other-identity'

interface RefusedDeveloper {
  readonly refused: DeveloperRefusal
}

export interface DeveloperLogin {
  /** Of the backend's user. */
  readonly developer: LinkingLogin
  /** Of public providers; verified. */
  readonly others: readonly LinkingLogin[]
  /** The identity that the request names. */
  readonly identityId: string | undefined
  /** Where that is the id of a guest. */
  readonly guest: Guest | undefined
  readonly nowSeconds: number
}

/**
 * The identity of a user, which is created where there is none. An identity that the request names
 * must be that of one of its logins, or of a guest: with Amazon Cognito, a backend can add its user
 * to any identity, whose owner never presented anything.
 */
export function* identifyDeveloper(
  { developer, others, identityId, guest, nowSeconds }: DeveloperLogin,
  rules: LinkingRules,
): Steps<LinkedIdentity | RefusedDeveloper> {
  if (identityId !== undefined && guest === undefined) {
    const found = yield* resolveLogin(developer)
    if ('id' in found && found.id !== identityId) return { refused: 'other-identity' }
    if ('free' in found && !(yield* hasIdentity(others, identityId))) return { refused: 'unknown' }
  }
  const logins = [developer, ...others] as const
  return yield* identifyLogins({ logins, nowSeconds, ...(guest && { guest }) }, rules)
}

function* hasIdentity(logins: readonly LinkingLogin[], identityId: string): Steps<boolean> {
  for (const login of logins) {
    const found = yield* resolveLogin(login)
    if ('id' in found && found.id === identityId) return true
  }
  return false
}

/**
 * The identity that the user of an OpenID token has now. The token names the one that the user had:
 * it must be the same, or be merged into it since. A user who was unlinked, or whose identity was
 * disabled or deleted, gets nothing for a token that is still valid.
 */
export function* identifyTokenUser(
  login: LinkingLogin,
  subject: string,
  nowSeconds: number,
): Steps<LinkedIdentity | RefusedDeveloper> {
  const found = yield* resolveLogin(login)
  if ('free' in found) return { refused: 'not-linked' }
  if (found.refused) return found
  const { id, identity, link } = found
  if (id !== subject) {
    const stored = yield* readIdentity(subject)
    const root = stored && (yield* rootOf(subject, stored))
    if (root?.id !== id) return { refused: 'not-linked' }
  }
  const guest = link.item.claimed?.guest
  const isOurs = guest !== undefined && (yield* isClaimed(guest, id, login.key, nowSeconds))
  return { id, born: identity.item.born, ...(isOurs ? { claimedGuest: guest } : {}) }
}

export interface DeveloperUsers {
  readonly id: string
  /** The backend's users that have the identity, in an order that stays the same. */
  readonly users: readonly { readonly key: string; readonly user: string }[]
  readonly refused?: undefined
}

/** By user, by identity, or by both, which must belong together. */
export function* lookUpDeveloper(
  provider: string,
  developer: LinkingLogin | undefined,
  identityId: string | undefined,
): Steps<DeveloperUsers | RefusedDeveloper> {
  const own = developer && (yield* idOf(developer))
  if (typeof own === 'object') return own
  const id = identityId ?? own
  const stored = id === undefined ? undefined : yield* readIdentity(id)
  if (id === undefined || !stored) return { refused: 'unknown' }
  const root = yield* rootOf(id, stored)
  if (own !== undefined && own !== root.id) return { refused: 'other-identity' }
  const { state } = root.stored.item
  if (state === 'deleted') return { refused: 'unknown' }
  if (state === 'disabled') return { refused: 'disabled' }
  const users = (yield* loginsOf(root.id))
    .filter((login) => login.provider === provider && login.subject !== undefined)
    .map(({ key, subject = '' }) => ({ key, user: subject }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  return { id: root.id, users }
}

function* idOf(login: LinkingLogin): Steps<string | RefusedDeveloper> {
  const found = yield* resolveLogin(login)
  if ('free' in found) return { refused: 'unknown' }
  return found.refused ? found : found.id
}

/** @returns the identity that both users have afterwards: the older one */
export function* mergeDevelopers(
  source: LinkingLogin,
  destination: LinkingLogin,
): Steps<{ readonly id: string; readonly refused?: undefined } | RefusedDeveloper> {
  const merged = yield* mergeIdentities(source, destination)
  if (!merged.refused) return { id: merged.id }
  return merged.refused === 'not-linked' ? { refused: 'unknown' } : merged
}
