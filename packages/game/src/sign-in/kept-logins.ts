/**
 * The logins of this tab, in `sessionStorage`: they survive a reload, and are gone when the tab is
 * closed. Tokens are never in `localStorage`, where they would outlive the visit.
 */
import type { DeviceStore } from '../data/device-store.ts'

/** A login with one provider. */
export interface Login {
  /** Id of the provider in `config.json`. */
  readonly provider: string
  /** Its name in `Logins` of the pool. */
  readonly login: string
  readonly token: string
}

const KEY = 'marsh.logins'
/** Where the id of the user is, beside the logins. */
export const IDENTITY_KEY = 'marsh.identity'

/** In the order in which they were added. */
export function keptLogins(tab: DeviceStore): readonly Login[] {
  try {
    const stored: unknown = JSON.parse(tab.get(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isLogin) : []
  } catch {
    return []
  }
}

/** Replaces the login with the same provider. */
export function keepLogin(tab: DeviceStore, added: Login): void {
  const others = keptLogins(tab).filter(({ provider }) => provider !== added.provider)
  tab.set(KEY, JSON.stringify([...others, added]))
}

/** After a login was refused. */
export function dropLogin(tab: DeviceStore, provider: string): void {
  const others = keptLogins(tab).filter((login) => login.provider !== provider)
  tab.set(KEY, JSON.stringify(others))
  // The next login is another user's until the pool says otherwise.
  if (others.length === 0) tab.remove(IDENTITY_KEY)
}

/** As the pool expects them. */
export function poolLogins(tab: DeviceStore): Record<string, string> {
  return Object.fromEntries(keptLogins(tab).map(({ login, token }) => [login, token]))
}

function isLogin(value: unknown): value is Login {
  return ['provider', 'login', 'token'].every(
    (name) =>
      typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'string',
  )
}
