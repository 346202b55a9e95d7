/** Finds the identity of a login, and finishes or undoes what another request left unfinished. */
import {
  type IdentityItem,
  type LinkedLogin,
  type LoginItem,
  type LoginRef,
  markOf,
  readMark,
  type Stored,
} from './linking-items.ts'
import { type Found, MAX_MERGED, type Refused } from './linking-result.ts'
import {
  MAX_ROUNDS,
  readIdentity,
  readLogin,
  type Steps,
  writeIdentity,
  writeLogin,
} from './table-steps.ts'

/** A login that has no identity; undefined: it was never seen. */
export interface Unlinked {
  readonly free: Stored<LoginItem> | undefined
}

interface Root {
  readonly id: string
  readonly stored: Stored<IdentityItem>
}

/**
 * @returns the login's identity after all merges. `disabled` is also the result where the identity
 *   was disabled before the login was seen.
 */
export function* resolveLogin(login: LoginRef): Steps<Found | Unlinked | Refused> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const stored = yield* readLogin(login.key)
    if (!stored || stored.item.state === 'free') return { free: stored }
    const link = { version: stored.version, item: stored.item }
    const identity = yield* readIdentity(link.item.id)
    if (identity?.item.state === 'deleted') yield* free(login, link, 1)
    else if (link.item.state === 'unlinking') yield* finishUnlinking(login, link, identity)
    else if (identity && hasMark(identity.item, login, link.item)) {
      if (link.item.state === 'linking')
        yield* writeLogin(login, { ...link.item, state: 'linked' }, link)
      else {
        const root = yield* rootOf(link.item.id, identity)
        if (root.stored.item.state === 'disabled') return { refused: 'disabled' }
        if (root.stored.item.state !== 'deleted')
          return { id: root.id, identity: root.stored, link }
        yield* free(login, link, 1)
      }
    } else if (isDisabledInAdvance(identity?.item, link.item)) return { refused: 'disabled' }
    else if (!(yield* fillSlot(login, link, identity))) yield* free(login, link, 0)
  }
  return { refused: 'contended' }
}

/**
 * Whether a mark in a slot counts, which only the login's item can say. A login that is being
 * unlinked is unlinked first.
 */
export function* isSlotTaken(id: string, provider: string, mark: string): Steps<boolean> {
  const { key, attempt } = readMark(mark) ?? {}
  if (key === undefined) return false
  const stored = yield* readLogin(key)
  const item = stored?.item
  if (!item || item.state === 'free') return false
  if (item.id !== id || item.attempt !== attempt) return false
  if (item.state !== 'unlinking') return true
  yield* resolveLogin({ key, provider })
  // The slot is free now, or the next round sees why it is not.
  return false
}

/**
 * Follows merges. They lead to older identities only, so they end.
 * @throws {Error} for items that this code does not write
 */
export function* rootOf(id: string, stored: Stored<IdentityItem>): Steps<Root> {
  let root = { id, stored }
  for (let hop = 0; hop < MAX_MERGED; hop++) {
    const { state, into } = root.stored.item
    if (state !== 'merged') return root
    const next = into === undefined ? undefined : yield* readIdentity(into)
    if (into === undefined || !next) break
    root = { id: into, stored: next }
  }
  throw new Error('A merged identity does not lead to an identity; the table was changed by hand.')
}

function* finishUnlinking(
  login: LoginRef,
  link: Stored<LinkedLogin>,
  identity: Stored<IdentityItem> | undefined,
): Steps<void> {
  if (identity && hasMark(identity.item, login, link.item)) {
    const { [login.provider]: _, ...slots } = identity.item.slots
    const isRemoved = yield* writeIdentity(link.item.id, { ...identity.item, slots }, identity)
    if (!isRemoved) return
  }
  yield* free(login, link, 1)
}

/**
 * The second half of a link: the login's item exists, and the slot of the identity does not agree.
 * @returns false where the slot cannot become the login's, so that the link must be undone
 */
function* fillSlot(
  login: LoginRef,
  { item }: Stored<LinkedLogin>,
  identity: Stored<IdentityItem> | undefined,
): Steps<boolean> {
  if (item.state !== 'linking') return false
  const mark = markOf(login.key, item.attempt)
  if (!identity) {
    if (item.origin === 'joined') return false
    const slots = { [login.provider]: mark }
    yield* writeIdentity(
      item.id,
      { kind: 'identity', state: 'user', born: item.born, slots },
      undefined,
    )
    return true
  }
  // What a former pool says takes the place of a login that was presented with it.
  const isFormer = item.origin === 'former'
  if (!(isFormer || item.partner) || identity.item.state === 'disabled') return false
  const found = identity.item.slots[login.provider]
  if (found !== undefined && (yield* isSlotTaken(item.id, login.provider, found))) return false
  if (item.partner && !(yield* isPartnerLinked(identity.item, item.id, item.partner))) return false
  const slots = { ...identity.item.slots, [login.provider]: mark }
  yield* writeIdentity(item.id, { ...identity.item, slots }, identity)
  return true
}

/** A login may join an identity only as long as the login that it was presented with has it. */
function* isPartnerLinked(identity: IdentityItem, id: string, partner: LoginRef): Steps<boolean> {
  const item = (yield* readLogin(partner.key))?.item
  if (!item || item.state === 'free' || item.state === 'unlinking') return false
  return item.id === id && hasMark(identity, partner, item)
}

/** The operator may know a derived or former id before its user signs in for the first time. */
function isDisabledInAdvance(identity: IdentityItem | undefined, link: LinkedLogin): boolean {
  const isKnown = link.origin === 'own' || link.origin === 'former'
  return identity?.state === 'disabled' && link.state === 'linking' && isKnown
}

function hasMark(identity: IdentityItem, login: LoginRef, { attempt }: LoginItem): boolean {
  return identity.slots[login.provider] === markOf(login.key, attempt)
}

function* free(login: LoginRef, link: Stored<LinkedLogin>, generations: 0 | 1): Steps<void> {
  const { provider, attempt, generation, subject } = link.item
  yield* writeLogin(
    login,
    {
      kind: 'login',
      state: 'free',
      provider,
      attempt,
      generation: generation + generations,
      ...(subject === undefined ? {} : { subject }),
    },
    link,
  )
}
