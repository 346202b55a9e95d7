/** Reads and writes items of linked identities as JSON. */
import type { ItemName, LinkingItem, Stored } from '@token-broker/core/linking'
import { isObject } from '@token-broker/core/strict-json'
import { type LinkKey, linkKey } from './identity-table.ts'

type Attributes = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>
>

export interface NewLinkItem extends LinkKey {
  readonly version: { readonly N: string }
  readonly item: { readonly S: string }
}

export function newLinkItem(
  pool: string,
  name: ItemName,
  { version, item }: Stored<LinkingItem>,
): NewLinkItem {
  const version_ = { N: String(version) }
  return { ...linkKey(pool, name), version: version_, item: { S: JSON.stringify(item) } }
}

/** @throws {Error} for an item that this code does not write: nothing may be concluded from it */
export function readLinkItem({ version, item }: Attributes): Stored<LinkingItem> {
  const number = Number(version?.N)
  const value: unknown = JSON.parse(item?.S ?? 'null')
  if (Number.isSafeInteger(number) && number > 0 && isLinkingItem(value))
    return { version: number, item: value }
  const error = new Error('an item of linked identities was changed by hand')
  throw Object.assign(error, { name: 'CorruptItem' })
}

/** What the operations of linking rely on. */
export function isLinkingItem(value: unknown): value is LinkingItem {
  if (!isObject(value)) return false
  return value.kind === 'login' ? isLoginItem(value) : isIdentityItem(value)
}

function isLoginItem(value: Readonly<Record<string, unknown>>): boolean {
  const { state, provider, generation, attempt, id, born, origin, partner } = value
  if (typeof provider !== 'string' || !isCount(generation) || !isCount(attempt)) return false
  if (state === 'free') return true
  if (typeof id !== 'string' || !isCount(born)) return false
  if (!['linking', 'linked', 'unlinking'].includes(String(state))) return false
  if (origin !== 'joined') return origin === 'own' || origin === 'guest'
  return isObject(partner) && areTexts([partner.key, partner.provider])
}

function isIdentityItem(value: Readonly<Record<string, unknown>>): boolean {
  const { kind, state, born, slots, into, absorbed = [] } = value
  if (kind !== 'identity' || !isCount(born)) return false
  if (!isObject(slots) || !areTexts(Object.values(slots))) return false
  if (!Array.isArray(absorbed) || !areTexts(absorbed)) return false
  if (state === 'merged') return typeof into === 'string'
  return state === 'user' || state === 'disabled' || state === 'deleted'
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string')
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
