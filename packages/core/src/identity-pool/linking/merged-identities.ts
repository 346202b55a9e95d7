/** The identities that were merged into one, and the logins that they have together. */
import { type IdentityItem, type LoginRef, markOf, readMark, type Stored } from './linking-items.ts'
import { readIdentity, readLogin, type Steps } from './table-steps.ts'

export interface MergedIdentity {
  readonly id: string
  readonly stored: Stored<IdentityItem>
  /** False: a merge of it was begun, and is not finished or never will be. */
  readonly isMember: boolean
}

/** @returns the identity itself first, and then those that are merged into it, or may become so */
export function* treeOf(root: string): Steps<readonly MergedIdentity[]> {
  const found = new Map<string, MergedIdentity>()
  const visit = function* (id: string, parent: MergedIdentity | undefined): Steps<void> {
    if (found.has(id)) return
    const stored = yield* readIdentity(id)
    if (!stored) return
    const { state, into, absorbed = [] } = stored.item
    const isMerged = state === 'merged' && into === parent?.id
    // It was merged into another one, or will never be.
    if (parent && !isMerged && (state === 'merged' || state === 'deleted')) return
    const entry = { id, stored, isMember: !parent || (parent.isMember && isMerged) }
    found.set(id, entry)
    for (const child of absorbed) yield* visit(child, entry)
  }
  yield* visit(root, undefined)
  return [...found.values()]
}

/** The identity itself, and all that are merged into it. */
export function* membersOf(root: string): Steps<readonly MergedIdentity[]> {
  return (yield* treeOf(root)).filter(({ isMember }) => isMember)
}

export interface LoginOfIdentity extends LoginRef {
  /** The identity whose slot it has: the root, or one that was merged into it. */
  readonly memberId: string
}

/** @returns the logins on which both sides agree */
export function* loginsOf(root: string): Steps<readonly LoginOfIdentity[]> {
  const logins: LoginOfIdentity[] = []
  for (const { id, stored } of yield* membersOf(root))
    for (const [provider, mark] of Object.entries(stored.item.slots)) {
      const key = readMark(mark)?.key
      const item = key === undefined ? undefined : (yield* readLogin(key))?.item
      if (key === undefined || !item || item.state === 'free' || item.state === 'unlinking')
        continue
      if (item.id !== id || markOf(key, item.attempt) !== mark) continue
      const { subject } = item
      logins.push({ key, provider, memberId: id, ...(subject === undefined ? {} : { subject }) })
    }
  return logins
}
