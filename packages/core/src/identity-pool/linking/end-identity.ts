/** What the operator does with an identity: disable it, or delete it. */
import type { IdentityItem } from './linking-items.ts'
import { MAX_ROUNDS, readIdentity, type Steps, writeIdentity } from './table-steps.ts'

export type EndResult =
  | { readonly ended: 'disabled' | 'deleted' }
  /** It is part of another identity, which is the one to disable or delete. */
  | { readonly mergedInto: string }
  | { readonly refused: 'contended' }

/**
 * Disables an identity: its logins are refused. An id that has not been seen may be disabled in
 * advance. A deleted identity stays deleted.
 */
export function* disableIdentity(id: string, nowSeconds: number): Steps<EndResult> {
  return yield* endIdentity(id, 'disabled', nowSeconds)
}

/** Deletes an identity: its logins get new ones, and the id is never used again. */
export function* deleteIdentity(id: string, nowSeconds: number): Steps<EndResult> {
  return yield* endIdentity(id, 'deleted', nowSeconds)
}

function* endIdentity(
  id: string,
  state: 'disabled' | 'deleted',
  nowSeconds: number,
): Steps<EndResult> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const stored = yield* readIdentity(id)
    const item: IdentityItem = stored?.item ?? {
      kind: 'identity',
      state,
      born: nowSeconds,
      slots: {},
    }
    if (item.state === 'merged') return { mergedInto: item.into ?? id }
    if (stored && (item.state === 'deleted' || item.state === state)) return { ended: item.state }
    // A tombstone does not say whose identity it was.
    const slots = state === 'deleted' ? {} : item.slots
    yield* writeIdentity(id, { ...item, state, slots }, stored)
  }
  return { refused: 'contended' }
}
