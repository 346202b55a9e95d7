/**
 * The two kinds of items in which linking is stored: one per login, and one per identity.
 *
 * A link is valid only while both sides agree: the login's item names the identity, and the slot of
 * the identity's item names the login and the attempt. Each item is replaced as a whole, on the
 * condition that its version has not changed, and is never removed; so a version never returns.
 */

/** A login of a user at one provider. */
export interface LoginRef {
  /** Keyed digest of provider and subject, so that the table contains no subjects. No `#`. */
  readonly key: string
  /** Canonical name of the provider, which is the name of the slot. */
  readonly provider: string
  /** A developer's own identifier of the user, to look it up by identity. Others have none. */
  readonly subject?: string
}

/** A login that a request presents, verified. */
export interface LinkingLogin extends LoginRef {
  /**
   * The login's own identity id. Each unlinking or deletion increases the generation, so that the
   * login never returns to an identity that it left.
   */
  readonly ownId: (generation: number) => string
  /**
   * The identity that a former pool has for the login, and which it keeps here until it leaves it.
   * Absent: none, or it was not asked for because the login has been here before.
   */
  readonly formerId?: string
}

interface LoginBase {
  readonly kind: 'login'
  readonly provider: string
  readonly generation: number
  /** Attempts to link so far: makes each mark in a slot unique. */
  readonly attempt: number
  readonly subject?: string
}

interface FreeLogin extends LoginBase {
  readonly state: 'free'
}

export interface LinkedLogin extends LoginBase {
  /** `linking` and `unlinking` are unfinished; any reader finishes them. */
  readonly state: 'linking' | 'linked' | 'unlinking'
  readonly id: string
  /** Epoch seconds for an identity that this link creates. */
  readonly born: number
  /**
   * `guest`: takes over the identity of a guest. `joined`: joins the identity of another login.
   * `former`: has the identity that a former pool had for it, perhaps with other logins.
   */
  readonly origin: 'own' | 'guest' | 'joined' | 'former'
  /** With `joined`: the login with which it was presented. */
  readonly partner?: { readonly key: string; readonly provider: string }
  /** The guest that this login claimed last, and epoch seconds; the guest's item decides. */
  readonly claimed?: { readonly guest: string; readonly at: number }
}

export type LoginItem = FreeLogin | LinkedLogin

export interface IdentityItem {
  readonly kind: 'identity'
  /** `deleted` is a tombstone: the id is never used again. */
  readonly state: 'user' | 'merged' | 'disabled' | 'deleted'
  /** Epoch seconds; the creation of a guest where the identity was a guest's. */
  readonly born: number
  /** Provider → {@link markOf} the login. A mark counts only where the login's item agrees. */
  readonly slots: Readonly<Record<string, string>>
  /** With `merged`: the identity that is used instead. */
  readonly into?: string
  /** Younger identities that may be merged into this one; counts where their `into` agrees. */
  readonly absorbed?: readonly string[]
  /** Of a guest that was merged by a login: key of the login, and epoch seconds. */
  readonly claimedBy?: string
  readonly claimedAt?: number
}

export type LinkingItem = LoginItem | IdentityItem

/** Name of an item within its pool. */
export interface ItemName {
  readonly kind: LinkingItem['kind']
  /** {@link LoginRef.key}, or the identity id. */
  readonly name: string
}

/** An item as it was read. */
export interface Stored<Item extends LinkingItem> {
  /** 1 for a new item, and one more for each replacement. */
  readonly version: number
  readonly item: Item
}

/** What the slot of an identity contains for a login that is linked to it. */
export function markOf(key: string, attempt: number): string {
  return `${key}#${attempt}`
}

/** @returns undefined for a text that is not a mark */
export function readMark(mark: string): { key: string; attempt: number } | undefined {
  const [key, attempt, ...rest] = mark.split('#')
  if (!key || !attempt || rest.length > 0) return undefined
  return { key, attempt: Number(attempt) }
}
