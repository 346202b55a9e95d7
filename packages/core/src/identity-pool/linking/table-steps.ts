/**
 * The two operations on the table of identities, as steps of generators: `get`, and `put` on the
 * condition that the item has not changed. Production runs the generators over a real table, and
 * the test of races over one in memory, with every order of the steps.
 */
import type {
  IdentityItem,
  ItemName,
  LinkingItem,
  LoginItem,
  LoginRef,
  Stored,
} from './linking-items.ts'

export type TableStep =
  | { readonly get: ItemName }
  | {
      readonly put: ItemName
      readonly item: LinkingItem
      /** Undefined: the item must not exist. */
      readonly previousVersion: number | undefined
    }

/** For `get`: the item, or undefined. For `put`: whether it was written. */
export type StepResult = Stored<LinkingItem> | undefined | boolean

/**
 * Each `put` may be reported as not written although it was: a repeated attempt finds its own
 * write. So after `false`, the caller reads again, and recognises what it wrote.
 */
export type Steps<Result> = Generator<TableStep, Result, StepResult>

/** An operation that other requests disturbed this often gives up; the client repeats it. */
export const MAX_ROUNDS = 12

export function* readLogin(key: string): Steps<Stored<LoginItem> | undefined> {
  const stored = yield { get: { kind: 'login', name: key } }
  if (typeof stored !== 'object') return undefined
  const { version, item } = stored
  return item.kind === 'login' ? { version, item } : undefined
}

export function* readIdentity(id: string): Steps<Stored<IdentityItem> | undefined> {
  const stored = yield { get: { kind: 'identity', name: id } }
  if (typeof stored !== 'object') return undefined
  const { version, item } = stored
  return item.kind === 'identity' ? { version, item } : undefined
}

/** @returns whether it was written: false where the item was changed since it was read */
export function* writeLogin(
  { key }: Pick<LoginRef, 'key'>,
  item: LoginItem,
  previous: Stored<LoginItem> | undefined,
): Steps<boolean> {
  const put: ItemName = { kind: 'login', name: key }
  return (yield { put, item, previousVersion: previous?.version }) === true
}

/** @returns whether it was written: false where the item was changed since it was read */
export function* writeIdentity(
  id: string,
  item: IdentityItem,
  previous: Stored<IdentityItem> | undefined,
): Steps<boolean> {
  const put: ItemName = { kind: 'identity', name: id }
  return (yield { put, item, previousVersion: previous?.version }) === true
}
