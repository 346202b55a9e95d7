/**
 * Merges two identities that have logins: the younger one points to the older one. This order is
 * the same for every request, so that merges at the same time never form a circle.
 */
import type { LinkingLogin } from './linking-items.ts'
import { type Found, type Linked, MAX_MERGED } from './linking-result.ts'
import { treeOf } from './merged-identities.ts'
import { resolveLogin } from './resolve-login.ts'
import { MAX_ROUNDS, type Steps, writeIdentity } from './table-steps.ts'

/**
 * @returns the identity that both logins have afterwards. `not-linked`: one of them has none;
 *   `too-many-merged`: together they would consist of more than {@link MAX_MERGED} identities
 */
export function* mergeIdentities(a: LinkingLogin, b: LinkingLogin): Steps<Linked> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const first = yield* resolveLogin(a)
    const second = yield* resolveLogin(b)
    if ('free' in first || 'free' in second) return { refused: 'not-linked' }
    if (first.refused) return first
    if (second.refused) return second
    if (first.id === second.id) return first
    const [older, younger] = isOlder(first, second) ? [first, second] : [second, first]
    const ids = new Set([...(yield* idsOf(older)), ...(yield* idsOf(younger))])
    if (ids.size > MAX_MERGED) return { refused: 'too-many-merged' }
    yield* absorb(older, younger)
  }
  return { refused: 'contended' }
}

/** Whether it was done is seen when both logins are resolved again. */
function* absorb(older: Found, younger: Found): Steps<void> {
  const { item } = older.identity
  const absorbed = item.absorbed ?? []
  // First, so that an identity never belongs to one that does not list it.
  if (!absorbed.includes(younger.id)) {
    const next = { ...item, absorbed: [...absorbed, younger.id] }
    if (!(yield* writeIdentity(older.id, next, older.identity))) return
  }
  const merged = { ...younger.identity.item, state: 'merged', into: older.id } as const
  yield* writeIdentity(younger.id, merged, younger.identity)
}

function* idsOf({ id }: Found): Steps<readonly string[]> {
  return (yield* treeOf(id)).map((entry) => entry.id)
}

/** A total order, which never changes: of two identities of one second, by id. */
function isOlder(a: Found, b: Found): boolean {
  const [bornA, bornB] = [a.identity.item.born, b.identity.item.born]
  return bornA === bornB ? a.id < b.id : bornA < bornB
}
