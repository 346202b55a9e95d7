/** Gives a login an identity: its own, or that of another login that is presented with it. */
import type { LinkedLogin, LinkingLogin, LoginItem, Stored } from './linking-items.ts'
import type { Linked, Refused } from './linking-result.ts'
import { membersOf } from './merged-identities.ts'
import { isSlotTaken, resolveLogin } from './resolve-login.ts'
import { MAX_ROUNDS, readIdentity, type Steps, writeLogin } from './table-steps.ts'

/** Writes the first half of a link. Whether it was written is seen when the login is resolved. */
export function* beginLink(
  { key, provider, subject }: LinkingLogin,
  free: Stored<LoginItem> | undefined,
  target: Pick<LinkedLogin, 'id' | 'born' | 'origin' | 'partner'>,
): Steps<void> {
  yield* writeLogin(
    { key },
    {
      kind: 'login',
      state: 'linking',
      provider,
      generation: free?.item.generation ?? 0,
      attempt: (free?.item.attempt ?? 0) + 1,
      ...(subject === undefined ? {} : { subject }),
      ...target,
    },
    free,
  )
}

/** @returns the identity that the login has, or else its own, which is created */
export function* ownIdentity(login: LinkingLogin, nowSeconds: number): Steps<Linked> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = yield* resolveLogin(login)
    if (!('free' in found)) return found
    const formerId = formerIdOf(login, found.free)
    if (formerId === undefined) {
      const id = login.ownId(found.free?.item.generation ?? 0)
      yield* beginLink(login, found.free, { id, born: nowSeconds, origin: 'own' })
    } else {
      const mark = (yield* readIdentity(formerId))?.item.slots[login.provider]
      if (mark !== undefined && (yield* isSlotTaken(formerId, login.provider, mark)))
        return { refused: 'provider-taken' }
      yield* beginLink(login, found.free, { id: formerId, born: nowSeconds, origin: 'former' })
    }
  }
  return { refused: 'contended' }
}

/** Links a login to the identity of another one that is presented in the same request. */
export function* linkLogin(
  partner: LinkingLogin,
  login: LinkingLogin,
  nowSeconds: number,
): Steps<Linked> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const owner = yield* ownIdentity(partner, nowSeconds)
    if (owner.refused) return owner
    const found = yield* resolveLogin(login)
    if (!('free' in found)) {
      if (found.refused) return found
      return found.id === owner.id ? owner : { refused: 'two-identities' }
    }
    const { id } = owner.link.item
    const formerId = formerIdOf(login, found.free)
    // Otherwise the login would lose what it has in the other identity.
    if (formerId !== undefined && formerId !== id) return { refused: 'two-identities' }
    const slots = yield* takenSlots(owner.id, login.provider)
    if (slots) return slots
    yield* beginLink(login, found.free, {
      id,
      born: nowSeconds,
      origin: 'joined',
      partner: { key: partner.key, provider: partner.provider },
    })
  }
  return { refused: 'contended' }
}

/** A login that was unlinked, or whose identity was deleted, does not return to its former one. */
function formerIdOf(
  { formerId }: Pick<LinkingLogin, 'formerId'>,
  free: Stored<LoginItem> | undefined,
): string | undefined {
  return (free?.item.generation ?? 0) === 0 ? formerId : undefined
}

/** One login per provider: a merge brings more, but a link never does. */
function* takenSlots(root: string, provider: string): Steps<Refused | undefined> {
  for (const { id } of yield* membersOf(root)) {
    const mark = (yield* readIdentity(id))?.item.slots[provider]
    if (mark !== undefined && (yield* isSlotTaken(id, provider, mark)))
      return { refused: 'provider-taken' }
  }
  return undefined
}
